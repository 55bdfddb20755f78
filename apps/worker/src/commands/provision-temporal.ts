import { loadConfig, readEnvFile } from '@docket/platform/config/load';
import { temporalConfig } from '@docket/platform/config/temporal';
import { provisionTemporal } from '@docket/platform/temporal/provision';

readEnvFile();
const changes = await provisionTemporal(loadConfig(temporalConfig));
console.log(changes.length === 0 ? 'temporal: up to date' : `temporal: ${changes.join(', ')}`);
