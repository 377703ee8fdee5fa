import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { neutralEnv } from './gateway-process.js';

/** The program of a page that follows this mark, as it stands there. */
export const programIn = (page: string, mark: string): string => {
  const found = new RegExp(`<!-- ${mark}:[^>]*-->\n+\`\`\`ts\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`The page has no program "${mark}".`);
  return found;
};

/** What others declare is theirs: all of it takes the compiler seconds. */
const STRICT = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true };

/** Where the programs of a page are tried: a project of its reader, in a folder of its own. */
export class ReadersProject {
  private readonly running: PageProgram[] = [];

  private constructor(readonly folder: string) {}

  static async make(): Promise<ReadersProject> {
    const project = new ReadersProject(await mkdtemp(join(tmpdir(), 'readers-project-')));
    await project.write('package.json', '{ "type": "module" }');
    return project;
  }

  /** As if these were installed: the whole of `node_modules`, or packages in it. */
  async install(...modules: readonly string[]): Promise<void> {
    for (const module of modules) {
      await mkdir(dirname(join(this.folder, module)), { recursive: true });
      await symlink(resolve(module), join(this.folder, module));
    }
  }

  async write(name: string, content: string): Promise<string> {
    await writeFile(join(this.folder, name), content);
    return join(this.folder, name);
  }

  /** What a strict compiler has against files of the project. */
  typeProblemsIn(...files: readonly string[]): string[] {
    const { options } = ts.parseJsonConfigFileContent(
      { compilerOptions: { ...STRICT, module: 'nodenext', target: 'es2023', types: ['node'], noEmit: true } },
      ts.sys,
      this.folder,
    );
    const problems = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
    return problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  }

  start(file: string, env: NodeJS.ProcessEnv): PageProgram {
    const program = new PageProgram(file, env);
    this.running.push(program);
    return program;
  }

  async close(): Promise<void> {
    await Promise.all(this.running.map((program) => program.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A program of a page in a process of its own, and the lines that it prints. */
class PageProgram {
  readonly told: string[] = [];
  private readonly child: ChildProcess;
  private news: () => void = () => undefined;

  constructor(file: string, env: NodeJS.ProcessEnv) {
    const imports = ['--import', resolve('test/support/typescript.js')];
    this.child = spawn(process.execPath, [...imports, file], {
      env: { ...neutralEnv(), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.child.stdout === null) throw new Error('the program has no output');
    createInterface(this.child.stdout).on('line', (line) => {
      this.told.push(line);
      this.news();
    });
  }

  /** The first lines, once there are so many. */
  async first(count: number): Promise<string[]> {
    while (this.told.length < count) await new Promise<void>((resolve) => (this.news = resolve));
    return this.told.slice(0, count);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
