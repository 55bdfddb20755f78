import { oneOf } from './variables.js';

export const loggingConfig = {
  LOG_LEVEL: oneOf(
    'Least severe level that is written.',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
    'info',
  ),
};
