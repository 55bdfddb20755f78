export { newSigningKeys } from '../../tools/stack/secrets.ts';
