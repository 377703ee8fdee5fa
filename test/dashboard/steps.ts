import type { Page } from 'playwright-core';

/** Signs in on whatever page of the dashboard was asked for, and stays there. */
export const signIn = async (page: Page, key: string, path = '/ops'): Promise<void> => {
  await page.goto(path);
  await page.getByLabel('Your own key as an operator').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
};
