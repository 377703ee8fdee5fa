import { ACTS, OUTCOMES } from '../../../domain/audit/acts.js';
import { PropBoolean, PropEnum, PropInteger, PropList, PropText, PropTime } from '../../openapi/prop.js';

const JSON_TEXT = 'as JSON, the very text that was hashed: docs/audit.md';

export class ActResponse {
  @PropInteger('Its place in the chain', { example: 1 }) number!: number;
  @PropText('Its id', { example: 'aud_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropTime('When it was recorded') at!: string;
  @PropText('The operator who acted', { nullable: true }) operator_id!: string | null;
  @PropText('Their name, as it is now', { nullable: true, example: 'Ann Lee' }) operator_name!: string | null;
  @PropText('The session of their browser', { nullable: true, example: 'ses_01jd4v2m0gf5c8q7k3x9w1z2r4' }) session_id!:
    string | null;
  @PropText('The person at the command line', { nullable: true, example: 'Ann Lee' }) operator!: string | null;
  @PropText('The key', { nullable: true }) key_id!: string | null;
  @PropText('The request', { nullable: true }) request_id!: string | null;
  @PropEnum(Object.keys(ACTS), 'What') act!: string;
  @PropText('The id of what it is about', { nullable: true }) subject!: string | null;
  @PropText(`Its subject before, ${JSON_TEXT}`, { nullable: true }) before!: string | null;
  @PropText(`Its subject after, ${JSON_TEXT}`, { nullable: true }) after!: string | null;
  @PropText('Why', { nullable: true, example: 'Agreed with the tenant.' }) reason!: string | null;
  @PropEnum(Object.keys(OUTCOMES), 'What became of it') outcome!: string;
  @PropText('Why it was refused', { nullable: true, example: 'resolution_refused' }) problem_code!: string | null;
  @PropText('SHA-256 over the row and the hash before', { example: 'b94d27b9934d3e08a52e52d7da7dabfa' }) hash!: string;
}

export class ActListResponse {
  @PropList(() => ActResponse, 'Newest first') data!: ActResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class VerifiedAuditResponse {
  @PropBoolean('Whether every row is as it was recorded and follows the one before') intact!: boolean;
  @PropInteger('How many rows follow each other from the first on') rows!: number;
  @PropTime('When the last of them was recorded', { nullable: true }) up_to!: string | null;
  @PropText('Its hash: kept elsewhere, it proves later that it was there', { nullable: true }) head!: string | null;
  @PropInteger('The number of the row where the chain breaks', { nullable: true, example: 12 }) broken_at!:
    number | null;
}
