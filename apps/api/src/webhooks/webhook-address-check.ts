import { WebhookAddressRefused, type WebhookAddresses } from '@docket/adapters/webhook/address';
import { DocketError } from '@docket/domain/errors';

/** A host that is not resolved by then is looked at when it is sent to. */
const RESOLVE_MS = 2_000;

/**
 * Tells whoever gives an address at once what would be refused with every message. A host that has no address yet is
 * taken: it may be set up in a moment, and is checked again whenever it is sent to.
 *
 * @throws DocketError `webhook.address_refused` with the reason
 */
export async function checkWebhookAddress(addresses: WebhookAddresses, text: string): Promise<void> {
  try {
    const url = addresses.read(text);
    await Promise.race([addresses.resolve(url), after(RESOLVE_MS)]);
  } catch (error) {
    if (!(error instanceof WebhookAddressRefused)) return;
    throw new DocketError('webhook.address_refused', `url: ${error.message}`, {
      problems: [{ path: 'url', code: 'is_webhook_address', message: error.message }],
    });
  }
}

async function after(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}
