import { closesOnRecord } from './closing/closes.js';
import { isEvidence } from './closing/evidence.js';
import { isExported } from './closing/exports.js';
import { goWithoutWhatRestsOnThem } from './closing/old-runs.js';
import { staysAsItWasClosed } from './closing/stays.js';
import { startGateway } from './closing/closing-gateway.js';

startGateway();

// One after the other: each goes on with the month as the one before has left it.
describe('a month is closed', () => {
  closesOnRecord();
});
describe('its exports', () => {
  isExported();
});
describe('its evidence', () => {
  isEvidence();
});
describe('a month that was closed', () => {
  staysAsItWasClosed();
});
describe('old runs go', () => {
  goWithoutWhatRestsOnThem();
});
