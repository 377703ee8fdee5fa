import { Module } from '@nestjs/common';
import { Jobs } from './task-handlers.js';
import { TaskRunner } from './task-runner.js';

@Module({ providers: [Jobs, TaskRunner], exports: [TaskRunner] })
export class WorkerModule {}
