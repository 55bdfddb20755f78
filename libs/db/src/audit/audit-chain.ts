import { createHash } from 'node:crypto';

/** One event as it stands in the chain. */
export interface ChainedRecord {
  seq: number;
  record: string;
  previousHash: Buffer;
  hash: Buffer;
}

export interface ChainHead {
  seq: number;
  hash: Buffer;
}

export type ChainFault = 'record_changed' | 'link_broken' | 'event_missing' | 'head_mismatch';

export interface ChainProblem {
  /** The first event that is not as it was written. */
  seq: number;
  fault: ChainFault;
}

/** Where a chain begins: before its first event, with a hash that no other org's chain has. */
export function chainStart(orgId: string): ChainHead {
  return { seq: 0, hash: createHash('sha256').update(orgId).digest() };
}

/** Follows a chain from its beginning, record by record, and says where it first breaks. */
export class ChainCheck {
  private head: ChainHead;
  private problem: ChainProblem | null = null;

  constructor(orgId: string) {
    this.head = chainStart(orgId);
  }

  /** Takes the next record in order of `seq`; false once there is a problem. */
  take(next: ChainedRecord): boolean {
    const fault = this.problem ? null : faultOf(this.head, next);
    if (fault) this.problem = { seq: this.head.seq + 1, fault };
    this.head = { seq: next.seq, hash: next.hash };
    return this.problem === null;
  }

  /** Compares the end with where the chain is known to end; null when everything holds. */
  finish(expected: ChainHead | null): ChainProblem | null {
    if (this.problem) return this.problem;
    if (!expected) return this.head.seq === 0 ? null : { seq: this.head.seq, fault: 'head_mismatch' };
    if (this.head.seq < expected.seq) return { seq: this.head.seq + 1, fault: 'event_missing' };
    return this.head.seq === expected.seq && this.head.hash.equals(expected.hash)
      ? null
      : { seq: this.head.seq, fault: 'head_mismatch' };
  }

  get events(): number {
    return this.head.seq;
  }
}

function faultOf(head: ChainHead, next: ChainedRecord): ChainFault | null {
  if (next.seq !== head.seq + 1) return 'event_missing';
  if (!next.previousHash.equals(head.hash)) return 'link_broken';
  const hash = createHash('sha256').update(next.previousHash).update(next.record, 'utf8').digest();
  return hash.equals(next.hash) ? null : 'record_changed';
}
