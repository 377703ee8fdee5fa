import { Module } from '@nestjs/common';
import { ApplicationModule } from '../application/application.module.js';
import { Jobs } from './jobs.js';
import { TaskRunner } from './task-runner.js';

@Module({ imports: [ApplicationModule], providers: [Jobs, TaskRunner], exports: [TaskRunner] })
export class WorkerModule {}
