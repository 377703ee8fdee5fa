import { PROBLEMS, type ProblemCode } from '../../problems/problems.js';
import type { ProblemKindResponse } from './problem-kind.response.js';

export const presentProblemKind = (code: ProblemCode, publicUrl: string): ProblemKindResponse => {
  const { status, title, meaning, remedy, retry } = PROBLEMS[code];
  return {
    type: `${publicUrl}/v1/problems/${code}`,
    code,
    status,
    title,
    meaning,
    remedy,
    retry: { safe: retry.safe, same_key: retry.sameKey },
  };
};
