import { loadConfig, readEnvFile } from '@docket/platform/config/load';
import { temporalAdminConfig, temporalConfig } from '@docket/platform/config/temporal';
import { createTemporalClient } from '@docket/platform/temporal/connection';
import { provisionTemporal } from '@docket/platform/temporal/provision';
import { ensureSweepSchedule } from '../sweep-schedule.js';

readEnvFile();
const config = loadConfig({ ...temporalConfig, ...temporalAdminConfig });
const changes = await provisionTemporal(config);
const client = createTemporalClient(config);
if (await ensureSweepSchedule(client)) changes.push('schedule sweep created');
await client.connection.close();
console.log(changes.length === 0 ? 'temporal: up to date' : `temporal: ${changes.join(', ')}`);
