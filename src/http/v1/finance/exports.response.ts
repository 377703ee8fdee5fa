import { PropInteger, PropList, PropMap, PropText } from '../../openapi/prop.js';

export class ShareResponse {
  @PropText('Which; null: not known', { nullable: true, example: 'removal' }) value!: string | null;
  @PropText('Grams of CO2e', { example: '1000000' }) grams!: string;
  @PropText('Of everything retired in the year, with two decimals. All of one list add up to 100.00', {
    example: '100.00',
  })
  percent!: string;
}

export class DisclosureResponse {
  @PropInteger('The year', { example: 2026 }) year!: number;
  @PropText('Grams of CO2e that were retired in it', { example: '1000000' }) retired_grams!: string;
  @PropText('The same in tonnes', { example: '1' }) retired_tonnes!: string;
  @PropText('Grams that are bought now and not retired yet', { example: '0' }) planned_grams!: string;
  @PropList(() => ShareResponse, 'By reduction and removal, the largest first') by_activity!: ShareResponse[];
  @PropList(() => ShareResponse, 'By biogenic and technological sinks; `none` of reductions') by_sink!: ShareResponse[];
  @PropList(() => ShareResponse, 'By standard') by_standard!: ShareResponse[];
  @PropList(() => ShareResponse, 'By whether the project is in the European Union') by_in_eu!: ShareResponse[];
  @PropList(() => ShareResponse, 'By whether a corresponding adjustment was made')
  by_article6_adjusted!: ShareResponse[];
  @PropMap('How many lines of the inventory lack each field that disclosure asks for')
  missing_fields!: Record<string, string>;
}
