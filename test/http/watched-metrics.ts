import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly dashboard: string; readonly runbook: string };
}

/** ops/alerts.yaml */
export const alertRules = (): readonly AlertRule[] =>
  (parse(readFileSync('ops/alerts.yaml', 'utf8')) as { groups: { rules: AlertRule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  );

/** The queries of ops/grafana.json, with what Grafana puts in. */
export const dashboardQueries = (): readonly string[] => {
  const { panels } = JSON.parse(readFileSync('ops/grafana.json', 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
  };
  return panels
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) => expr.replaceAll(/\$__(rate_interval|range)\b/g, '5m'));
};

/** What a query asks of the metrics. */
export interface Asked {
  readonly metrics: readonly string[];
  /** Named anywhere in it: in a selector, behind `by` or `on`. */
  readonly labels: readonly string[];
  /** Words that a label has to have. */
  readonly words: readonly string[];
}

/** Throws on what is no PromQL. */
export const askedBy = (query: string): Asked => {
  const metrics: string[] = [];
  const labels: string[] = [];
  const words: string[] = [];
  let selected = '';
  parser.parse(query).iterate({
    enter: ({ name, type, from, to }) => {
      const text = query.slice(from, to);
      if (type.isError) throw new Error(`This is no PromQL: ${query}`);
      if (name === 'Identifier') metrics.push(text);
      if (name === 'LabelName') labels.push((selected = text));
      if (name === 'StringLiteral' && selected !== '') words.push(...text.slice(1, -1).split('|'));
    },
  });
  return { metrics, labels, words };
};
