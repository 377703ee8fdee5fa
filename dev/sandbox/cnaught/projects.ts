import { decided, jsonResponse, type Decision } from '../http-messages.js';
import { PORTFOLIOS, type CategoryFixture } from './cnaught-fixtures.js';
import { notFound } from './cnaught-problems.js';

/** Every category once. In these fixtures each has one project, and no other one has the same. */
export const CATEGORIES: readonly CategoryFixture[] = [
  ...new Map(PORTFOLIOS.flatMap(({ categories }) => categories.map((category) => [category.id, category]))).values(),
];

/** A project as it is shown wherever one is. */
export interface WireProject {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly registry_name: string;
  readonly location_name: string;
  readonly un_sdg_goals: readonly number[];
}

export const toWireProject = ({ name: type, project }: CategoryFixture): WireProject => {
  const { id, name, registry_name, location_name, un_sdg_goals } = project;
  return { id, name, type, registry_name, location_name, un_sdg_goals };
};

export const toWireCategory = ({ id, name }: CategoryFixture): { readonly id: string; readonly name: string } => ({
  id,
  name,
});

export const toWireCategoryWithProjects = (category: CategoryFixture): object => ({
  ...toWireCategory(category),
  projects: [toWireProject(category)],
});

export const readProject = (id: string): Decision => {
  const category = CATEGORIES.find(({ project }) => project.id === id);
  if (!category) return decided(notFound('project'));
  const { credit_issuances } = category.project;
  return decided(jsonResponse(200, { ...toWireProject(category), credit_issuances }));
};

export const readCategory = (id: string): Decision => {
  const category = CATEGORIES.find((candidate) => candidate.id === id);
  return decided(category ? jsonResponse(200, toWireCategoryWithProjects(category)) : notFound('project category'));
};
