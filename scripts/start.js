/** `npm start` */
import { run } from './run.js';

await run('dist/main.js');
