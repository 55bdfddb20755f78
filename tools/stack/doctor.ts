import { mkdirSync } from 'node:fs';

import { callerEnvironment } from './environment.ts';
import { problem, renderFinding, type Finding } from './finding.ts';
import { stackHome } from './home.ts';
import {
  checkBuild,
  checkDataFolder,
  checkDisk,
  checkDotEnv,
  checkMemory,
  checkNodeModules,
  checkPip,
  checkPython,
  checkTools,
} from './machine-checks.ts';
import { readLiving } from './process.ts';
import { checkDatabase, checkExternalTemporal, checkPorts, checkService } from './stack-checks.ts';
import { runCommandLine, StackError } from './stack-error.ts';
import { stackStatus } from './status.ts';

/** One check that cannot even be made is one finding; the others still speak. */
async function examine(
  subject: string,
  check: () => Finding | Finding[] | Promise<Finding | Finding[]>,
): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return [problem(subject, error.message, error.fix)];
  }
}

export async function diagnose(): Promise<Finding[]> {
  const home = stackHome();
  mkdirSync(home.root, { recursive: true });
  const caller = callerEnvironment(home.repo);
  const services = async (): Promise<Finding[]> =>
    (await stackStatus(home, caller)).map((service) => checkService(home, service));
  const running = readLiving(home.runDir, 'postgres') !== undefined;
  const findings = [
    await examine('Python', checkPython),
    await examine('pip', checkPip),
    await examine('disk space', () => checkDisk(home)),
    await examine('memory', () => checkMemory(running)),
    await examine('tools', () => checkTools(home)),
    await examine('node_modules', () => checkNodeModules(home)),
    await examine('build', () => checkBuild(home)),
    await examine('.env', () => checkDotEnv(home)),
    await examine('data folder', () => checkDataFolder(home)),
    await examine('ports', () => checkPorts(home)),
    await examine('services', services),
    await examine('database', () => checkDatabase(home, caller)),
    await examine('Temporal server', () => checkExternalTemporal(home, caller)),
  ];
  return findings.flat();
}

async function main(): Promise<void> {
  const findings = await diagnose();
  for (const finding of findings) console.log(renderFinding(finding));
  if (findings.some(({ state }) => state === 'problem')) process.exitCode = 1;
}

if (import.meta.main) await runCommandLine(main);
