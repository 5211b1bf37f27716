/** `npm run document`: brings up to date what documents, and the dashboard, take from the code. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardText } from './documents/dashboard.ts';
import { withTables } from './documents/tables.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const path of globSync(['*.md', 'docs/**/*.md'], { cwd: root })) {
  const file = join(root, path);
  const text = readFileSync(file, 'utf8');
  const written = withTables(text);
  if (written === text) continue;
  writeFileSync(file, written);
  console.log(`Wrote the tables of ${path}.`);
}

writeFileSync(join(root, 'deploy/grafana/dashboards/strikewire.json'), dashboardText());
