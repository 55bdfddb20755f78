import {
  BUILT_IN_PROMPT,
  BUILT_IN_PROMPT_VERSION,
  PRODUCTION_LABEL,
  TICKET_ENRICHMENT_PROMPT,
} from '@docket/domain/prompt/ticket-enrichment';
import type { EntityManager } from 'typeorm';

export interface PromptParams {
  effort?: 'low' | 'medium' | 'high';
  maxOutputTokens?: number;
}

export interface PromptVersion {
  version: number;
  system: string;
  template: string;
  model: string | null;
  params: PromptParams;
  note: string;
  /** Null for what ships with Docket. */
  createdBy: string | null;
  createdAt: Date | null;
}

export interface PromptLabel {
  label: string;
  version: number;
  note: string;
  movedBy: string | null;
  movedAt: Date | null;
}

const BUILT_IN: PromptVersion = {
  version: BUILT_IN_PROMPT_VERSION,
  ...BUILT_IN_PROMPT,
  model: null,
  params: {},
  note: 'Ships with Docket.',
  createdBy: null,
  createdAt: null,
};

export class PromptRepository {
  constructor(
    private readonly orgId: string,
    private readonly manager: EntityManager,
  ) {}

  /** A version of a prompt by its number; null when there is none. */
  async version(name: string, version: number): Promise<PromptVersion | null> {
    if (isBuiltIn(name, version)) return BUILT_IN;
    const rows = await this.versionRows(name, version);
    return rows[0] ?? null;
  }

  /** Every version, newest first. */
  async versions(name: string): Promise<PromptVersion[]> {
    const rows = await this.versionRows(name, null);
    return name === TICKET_ENRICHMENT_PROMPT ? [...rows, BUILT_IN] : rows;
  }

  /** Where the labels of a prompt point. The production label of a built-in prompt begins at its first version. */
  async labels(name: string): Promise<PromptLabel[]> {
    const rows: PromptLabel[] = await this.manager.query(
      `select distinct on (l.label) l.label, l.version, l.note, l.moved_by as "movedBy", l.moved_at as "movedAt"
         from prompt_labels l join prompts p on p.org_id = l.org_id and p.id = l.prompt_id
        where l.org_id = $1 and p.name = $2 order by l.label, l.move desc`,
      [this.orgId, name],
    );
    if (name !== TICKET_ENRICHMENT_PROMPT || rows.some(({ label }) => label === PRODUCTION_LABEL))
      return rows;
    const { version, note } = BUILT_IN;
    return [{ label: PRODUCTION_LABEL, version, note, movedBy: null, movedAt: null }, ...rows];
  }

  /** The version that is asked for where none is named: the one labelled production, or the first. */
  async productionVersion(name: string): Promise<number> {
    const labels = await this.labels(name);
    return labels.find(({ label }) => label === PRODUCTION_LABEL)?.version ?? 1;
  }

  /** Every move of a label, newest first. */
  async moves(name: string, label: string): Promise<PromptLabel[]> {
    return this.manager.query(
      `select l.label, l.version, l.note, l.moved_by as "movedBy", l.moved_at as "movedAt"
         from prompt_labels l join prompts p on p.org_id = l.org_id and p.id = l.prompt_id
        where l.org_id = $1 and p.name = $2 and l.label = $3 order by l.move desc`,
      [this.orgId, name, label],
    );
  }

  /** Adds a version under the next number and returns it. Versions are never changed. */
  async addVersion(
    name: string,
    newId: string,
    version: Pick<PromptVersion, 'system' | 'template' | 'model' | 'params' | 'note'>,
    createdBy: string,
  ): Promise<number> {
    const prompt = await this.lock(name, newId);
    const number = prompt.latestVersion + 1;
    await this.manager.query(
      `insert into prompt_versions (org_id, prompt_id, version, system, template, model, params, note, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[this.orgId, prompt.id, number, version.system, version.template, version.model],
        ...[JSON.stringify(version.params), version.note, createdBy],
      ],
    );
    await this.manager.query('update prompts set latest_version = $3 where org_id = $1 and id = $2', [
      this.orgId,
      prompt.id,
      number,
    ]);
    return number;
  }

  /** Points a label at a version that exists. Every move is kept. */
  async moveLabel(
    name: string,
    newId: string,
    move: Pick<PromptLabel, 'label' | 'version' | 'note'>,
    movedBy: string,
  ): Promise<void> {
    const prompt = await this.lock(name, newId);
    await this.manager.query(
      `insert into prompt_labels (org_id, prompt_id, label, move, version, note, moved_by)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [this.orgId, prompt.id, move.label, prompt.latestMove + 1, move.version, move.note, movedBy],
    );
    await this.manager.query(
      'update prompts set latest_move = latest_move + 1 where org_id = $1 and id = $2',
      [this.orgId, prompt.id],
    );
  }

  private async lock(
    name: string,
    newId: string,
  ): Promise<{ id: string; latestVersion: number; latestMove: number }> {
    const first = name === TICKET_ENRICHMENT_PROMPT ? BUILT_IN_PROMPT_VERSION : 0;
    await this.manager.query(
      `insert into prompts (org_id, id, name, latest_version) values ($1, $2, $3, $4)
       on conflict (org_id, name) do nothing`,
      [this.orgId, newId, name, first],
    );
    const rows: { id: string; latestVersion: number; latestMove: number }[] = await this.manager.query(
      `select id, latest_version as "latestVersion", latest_move as "latestMove" from prompts
        where org_id = $1 and name = $2 for update`,
      [this.orgId, name],
    );
    const [prompt] = rows;
    if (!prompt) throw new Error(`the prompt ${name} vanished`);
    return prompt;
  }

  private async versionRows(name: string, version: number | null): Promise<PromptVersion[]> {
    return this.manager.query(
      `select v.version, v.system, v.template, v.model, v.params, v.note, v.created_by as "createdBy",
              v.created_at as "createdAt"
         from prompt_versions v join prompts p on p.org_id = v.org_id and p.id = v.prompt_id
        where v.org_id = $1 and p.name = $2 and ($3::integer is null or v.version = $3) order by v.version desc`,
      [this.orgId, name, version],
    );
  }
}

function isBuiltIn(name: string, version: number): boolean {
  return name === TICKET_ENRICHMENT_PROMPT && version === BUILT_IN_PROMPT_VERSION;
}
