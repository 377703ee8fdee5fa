import { CORRECT, type ProblemKind } from './problem-kind.js';

/** About what proves retirements. */
export const PROOF_PROBLEMS = {
  proof_not_found: {
    status: 404,
    title: 'No such proof',
    meaning: 'There is no proof with this id.',
    remedy: 'List proofs with GET /v1/finance/proofs.',
    retry: CORRECT,
  },
  order_not_retired: {
    status: 409,
    title: 'The order is not retired',
    meaning: 'Nothing was retired for the order yet, so no document can prove it.',
    remedy: 'Enter the document once the order is `retired` or `completed`.',
    retry: CORRECT,
  },
  proof_disagrees: {
    status: 422,
    title: 'The document is about something else',
    meaning:
      'Beneficiary, mass or project are not those of the order, or more would be proven than was ordered. `errors` says in what.',
    remedy:
      'Correct what was mistyped, or name the order that the document is about. If the document really says so, send it with `record_anyway`, and settle it with the provider.',
    retry: CORRECT,
  },
  serial_overclaimed: {
    status: 409,
    title: 'The serial numbers have less left',
    meaning:
      'Other orders have claimed so much of these serial numbers, or of this certificate, that less is left than this order would claim: `numbers.available`.',
    remedy:
      'Correct what was mistyped. List who has claimed them with GET /v1/finance/proofs; an approver can give up a claim. If the document really says so, send it with `record_anyway`.',
    retry: CORRECT,
  },
  serial_overlap: {
    status: 409,
    title: 'The serial numbers overlap others',
    meaning: 'Another range of serial numbers was claimed that overlaps this one, and is not the same.',
    remedy:
      'Enter the range as the document has it, not a part of it. If both are right, one of them is of another order: send it with `record_anyway`, and settle it with the provider.',
    retry: CORRECT,
  },
  proof_not_releasable: {
    status: 409,
    title: 'Nothing is claimed by this proof',
    meaning: 'Only a proof with the outcome `claimed` has something to give up.',
    remedy: 'Look for the one that has claimed it: GET /v1/finance/proofs?outcome=claimed.',
    retry: CORRECT,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
