import { integer } from './variables.js';

const MB = 1_048_576;

export const limitsConfig = {
  FILE_MAX_BYTES: integer('Largest file that is taken.', 50 * MB, 1, 5_000 * MB),
  TEXT_MAX_CHARACTERS: integer('Longest extracted text of one document.', 20 * MB, 1, 200 * MB),
  CHUNKS_MAX: integer('Most passages of one document.', 5_000, 1, 100_000),
  INLINE_TEXT_MAX_BYTES: integer('Largest text sent inline with POST /v1/documents.', MB, 1, 16 * MB),
  QUERY_MAX_BYTES: integer('Longest search query.', 8_192, 1, 65_536),
  TICKET_MAX_BYTES: integer('Largest body of a ticket.', 65_536, 1, MB),
  UPLOAD_URL_SECONDS: integer('Seconds an upload address is good for.', 900, 1, 86_400),
};
