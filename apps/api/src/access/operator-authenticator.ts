import { Injectable } from '@nestjs/common';
import { hash, timingSafeEqual } from 'node:crypto';
import { ApiSettings } from '../api-settings.js';

/** The credential of whoever operates the installation: one secret of the configuration, or none. */
@Injectable()
export class OperatorAuthenticator {
  readonly #digest: Buffer | null;

  constructor(settings: ApiSettings) {
    const token = settings.values.PLATFORM_OPERATOR_TOKEN;
    this.#digest = token === undefined ? null : digestOf(token);
  }

  /** Compares digests, so that neither the length nor the first wrong character shows in the time it takes. */
  accepts(credential: string): boolean {
    return this.#digest !== null && timingSafeEqual(this.#digest, digestOf(credential));
  }
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
