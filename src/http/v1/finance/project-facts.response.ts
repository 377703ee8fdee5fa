import { PROJECT_ACTIVITIES, PROJECT_SINKS } from '../../../domain/projects/project-facts.js';
import { PropBoolean, PropEnum, PropList, PropText, PropTime } from '../../openapi/prop.js';

const NULLABLE = { nullable: true } as const;

export class ProjectFactsResponse {
  @PropText('Id of these facts', { example: 'fct_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('The registry', { example: 'verra' }) registry!: string;
  @PropText('The project there', { example: '1748' }) registry_project_id!: string;
  @PropText('The first day on which it is so', { format: 'date', example: '2026-01-01' }) valid_from!: string;
  @PropText('Its name', NULLABLE) name!: string | null;
  @PropText('Where it is: ISO 3166, two letters', { ...NULLABLE, example: 'KE' }) country!: string | null;
  @PropText('The standard that it is certified under', { ...NULLABLE, example: 'VCS' }) standard!: string | null;
  @PropText('And by which methodology', { ...NULLABLE, example: 'VM0042' }) methodology!: string | null;
  @PropEnum(PROJECT_ACTIVITIES, 'Whether it removes carbon or keeps it from being emitted', NULLABLE)
  activity!: string | null;
  @PropEnum(PROJECT_SINKS, 'Of a removal: where the carbon is kept', NULLABLE) sink!: string | null;
  @PropBoolean('Whether its host country adjusts its own balance (Article 6)', NULLABLE)
  article6_adjusted!: boolean | null;
  @PropBoolean('Whether it has the label of the Core Carbon Principles', NULLABLE) ccp_label!: boolean | null;
  @PropText('Where it is from') source!: string;
  @PropText('Who entered it: an operator; null for a machine', NULLABLE) entered_by!: string | null;
  @PropTime('When. Of several about one day, the latest counts') entered_at!: string;
}

export class ProjectFactsListResponse {
  @PropList(() => ProjectFactsResponse, 'By registry, project, day and age') data!: ProjectFactsResponse[];
  @PropText('For `cursor`, null on the last page', NULLABLE) next_cursor!: string | null;
}
