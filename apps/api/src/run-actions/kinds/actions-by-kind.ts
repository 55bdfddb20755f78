import { DOCUMENT_ERASURE } from '@docket/workflows/document-erasure/contract';
import { DOCUMENT_INGEST } from '@docket/workflows/document-ingest/contract';
import { ENRICHMENT_BATCH } from '@docket/workflows/enrichment-batch/contract';
import { ENRICHMENT_DECISION } from '@docket/workflows/enrichment-decision/contract';
import { ENRICHMENT_REPLAY } from '@docket/workflows/enrichment-replay/contract';
import { REPLAY_BATCH } from '@docket/workflows/replay-batch/contract';
import { RUN_BATCH } from '@docket/workflows/run-batch/contract';
import { TICKET_ENRICHMENT } from '@docket/workflows/ticket-enrichment/contract';
import { WEBHOOK_DELIVERY } from '@docket/workflows/webhook-delivery/contract';
import { Injectable } from '@nestjs/common';
import { BatchesService } from '../../batches/batches.service.js';
import { ENRICHMENT_BATCHES } from '../../enrichment-batches/enrichment-batches.service.js';
import { REPLAY_BATCHES } from '../../replay-batches/replay-batches.service.js';
import { RUN_BATCHES } from '../../run-batches/run-batches.service.js';
import { batchActions } from './batch.actions.js';
import { DecisionActions } from './decision.actions.js';
import { DeliveryActions } from './delivery.actions.js';
import { EnrichmentActions } from './enrichment.actions.js';
import { ErasureActions } from './erasure.actions.js';
import { IngestActions } from './ingest.actions.js';
import type { KindActions } from './kind-actions.js';
import { ReplayActions } from './replay.actions.js';

/** Each kind of run that people do something with. A new kind is a line here and a file beside it. */
@Injectable()
export class ActionsByKind {
  private readonly kinds: Readonly<Record<string, KindActions>>;

  constructor(
    ingest: IngestActions,
    erasure: ErasureActions,
    enrichment: EnrichmentActions,
    decision: DecisionActions,
    replay: ReplayActions,
    batches: BatchesService,
    delivery: DeliveryActions,
  ) {
    this.kinds = {
      [DOCUMENT_INGEST]: ingest,
      [DOCUMENT_ERASURE]: erasure,
      [TICKET_ENRICHMENT]: enrichment,
      [ENRICHMENT_DECISION]: decision,
      [ENRICHMENT_REPLAY]: replay,
      [RUN_BATCH]: batchActions('run-batches', batches, RUN_BATCHES),
      [ENRICHMENT_BATCH]: batchActions('enrichment-batches', batches, ENRICHMENT_BATCHES),
      [REPLAY_BATCH]: batchActions('replay-batches', batches, REPLAY_BATCHES),
      [WEBHOOK_DELIVERY]: delivery,
    };
  }

  /** `undefined` for a kind that has actions of its own, as a change of the embedder has. */
  of(kind: string): KindActions | undefined {
    return this.kinds[kind];
  }
}

/** Everything that `ActionsByKind` is made of, for the module. */
export const KIND_ACTIONS = [
  ActionsByKind,
  IngestActions,
  ErasureActions,
  EnrichmentActions,
  DecisionActions,
  ReplayActions,
  DeliveryActions,
];
