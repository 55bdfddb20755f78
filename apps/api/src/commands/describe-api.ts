import { describedApi } from '../openapi/described-api.js';

/** `describe-api.js` prints the OpenAPI document without a database, a Temporal server or a secret. */
console.log(JSON.stringify(await describedApi()));
