import { stopTestPostgres } from './postgres-setup.ts';

export default stopTestPostgres;
