import { apiConfig } from '@docket/platform/config/api';
import { loadConfig } from '@docket/platform/config/load';
import { missingForReranker } from '@docket/platform/config/reranking';
import { missingForStorage } from '@docket/platform/config/storage';

export function loadApiConfig(environment?: NodeJS.ProcessEnv) {
  return loadConfig(apiConfig, environment, (values) => [
    ...missingForStorage(values),
    ...missingForReranker(values),
  ]);
}

export type ApiConfig = ReturnType<typeof loadApiConfig>;

/** The parsed environment as a class, so that Nest can hand it out by its type. */
export class ApiSettings {
  constructor(readonly values: ApiConfig) {}
}
