import { Module } from '@nestjs/common';
import { TaskHandlers } from './task-handlers.js';
import { TaskRunner } from './task-runner.js';

@Module({ providers: [TaskHandlers, TaskRunner], exports: [TaskRunner] })
export class WorkerModule {}
