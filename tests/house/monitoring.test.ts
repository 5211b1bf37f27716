/** Rules for Prometheus and the dashboard for Grafana: well formed, documented, up to date. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dashboardText } from '../../scripts/documents/dashboard.ts';
import { ROOT, read } from '../architecture/source.ts';
import { DASHBOARD_FILE, expressions, panels, RULES_FILE, rules } from '../fixtures/monitoring.ts';
import { promtool } from '../services/promtool.ts';

const at = (path: string): string => join(ROOT, path);
const alerts = rules().filter(({ alert }) => alert !== undefined);

describe('the rules for Prometheus', () => {
  it('are well formed', ({ skip }) => {
    const { code, said } = promtool(skip, ['check', 'rules', '--lint-fatal', at(RULES_FILE)]);
    expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('tell what they should, when they should, and nothing else', ({ skip }) => {
    const tests = at('deploy/prometheus/rules.test.yml');
    const { code, said } = promtool(skip, ['test', 'rules', tests]);
    expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('are tested, each alert by its name', () => {
    const tests = read('deploy/prometheus/rules.test.yml');
    const untested = alerts.filter(({ alert }) => !tests.includes(`alertname: ${alert}\n`));
    expect(untested).toEqual([]);
  });

  it.each(alerts)('say in docs/troubleshooting.md what to do: $alert', (rule) => {
    const [, anchor] =
      /^docs\/troubleshooting\.md#(\w+)$/.exec(rule.annotations?.['runbook'] ?? '') ?? [];
    expect(anchor).toBe(rule.alert?.toLowerCase());
    expect(read('docs/troubleshooting.md')).toContain(`\n### ${rule.alert}\n`);
  });

  it.each(alerts)('say how urgent it is, and what it is about: $alert', (rule) => {
    const { labels, annotations = {}, expr } = rule;
    const severity = labels?.['severity'] ?? (expr.includes('alarm_raised') ? 'its own' : null);
    expect(['page', 'notice', 'its own']).toContain(severity);
    expect(Object.keys(annotations).toSorted()).toEqual(['description', 'runbook', 'summary']);
  });

  it('are read by a configuration that holds, with a key from a file', ({ skip }) => {
    const directory = mkdtempSync(join(tmpdir(), 'strikewire-prometheus-'));
    try {
      for (const name of ['prometheus.yml', 'rules.yml']) {
        writeFileSync(join(directory, name), read(`deploy/prometheus/${name}`));
      }
      writeFileSync(join(directory, 'strikewire.key'), 'of the test');
      const { code, said } = promtool(skip, ['check', 'config', join(directory, 'prometheus.yml')]);
      expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the dashboard for Grafana', () => {
  it('is up to date, or `npm run document` makes it so', () => {
    expect(read(DASHBOARD_FILE)).toBe(dashboardText());
  });

  it('says under each graph what is normal, or what it is', () => {
    const silent = panels().filter(({ targets, description }) => targets && !description);
    expect(silent).toEqual([]);
  });

  it('lays no panel over another, nor past the edge', () => {
    const cells = panels().flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => [x + (cell % w), y + Math.floor(cell / w)]),
    );
    expect(new Set(cells.map(String)).size).toBe(cells.length);
    expect(Math.max(...cells.map(([x = 0]) => x))).toBe(23);
  });

  it('asks in the language of Prometheus, as the rules do', ({ skip }) => {
    const groups = expressions().map((expr, n) => ({
      record: `check:${n}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    }));
    const text = JSON.stringify({ groups: [{ name: 'check', rules: groups }] });
    const directory = mkdtempSync(join(tmpdir(), 'strikewire-dashboard-'));
    try {
      const file = join(directory, 'rules.yml');
      writeFileSync(file, text);
      const { code, said } = promtool(skip, ['check', 'rules', file]);
      expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
