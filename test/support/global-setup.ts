import { startTestPostgres } from './postgres-setup.ts';

export default startTestPostgres;
