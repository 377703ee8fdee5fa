import { RequestPipe } from '../../src/http/validation/request.pipe.js';

const pipe = new RequestPipe();

/** A body as a controller receives it. Rejects with the HttpProblem of a body that is refused. */
export const readRequest = async <T>(shape: new () => T, body: unknown): Promise<T> =>
  (await pipe.transform(body, { type: 'body', metatype: shape })) as T;
