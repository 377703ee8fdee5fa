import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { AdmitRequest } from '../../application/admission/admit-request.js';
import { accessOf } from '../access/endpoint.decorator.js';

/**
 * Refuses requests of callers while the process is overloaded, before anything is read for them. What providers and
 * payers bring is let in: it may not come again.
 */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(private readonly admit: AdmitRequest) {}

  canActivate(context: ExecutionContext): true {
    if (accessOf(context) !== 'public') this.admit.run();
    return true;
  }
}
