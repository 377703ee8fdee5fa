/** `npm start` */
import { run } from './run.js';

await run('dist/src/main.js');
