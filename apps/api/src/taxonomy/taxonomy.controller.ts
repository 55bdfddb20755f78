import { TenantDatabase } from '@docket/db/tenant-database';
import type { TaxonomyVersion } from '@docket/db/taxonomies';
import { taxonomyProblems, type Taxonomy } from '@docket/domain/enrichment/taxonomy';
import { DocketError } from '@docket/domain/errors';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Operation } from '../access/operation.decorator.js';
import { actorOf, Caller, type Principal } from '../access/principal.js';
import { PutTaxonomyDto, TaxonomyDto } from './taxonomy.dto.js';

@ApiTags('Tickets')
@Controller('v1/taxonomy')
export class TaxonomyController {
  constructor(private readonly tenants: TenantDatabase) {}

  @Get()
  @Operation('getTaxonomy', { summary: 'Read what tickets are sorted by' })
  @ApiOkResponse({ type: TaxonomyDto, description: 'The newest version.' })
  async get(@Caller() caller: Principal): Promise<TaxonomyDto> {
    return show(await this.tenants.withTenant(caller.orgId, (tx) => tx.taxonomies.find()));
  }

  @Put()
  @Operation('putTaxonomy', {
    summary: 'Say what tickets are sorted by',
    description:
      'The next version, for every enrichment that begins from now on. What is under way keeps to the version it began with; examples whose category is gone teach nothing until it comes back.',
    body: true,
  })
  @ApiOkResponse({ type: TaxonomyDto, description: 'The new version.' })
  async put(@Caller() caller: Principal, @Body() dto: PutTaxonomyDto): Promise<TaxonomyDto> {
    const taxonomy = toTaxonomy(dto);
    const problems = taxonomyProblems(taxonomy);
    if (problems.length > 0) {
      const detail = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
      throw new DocketError('request.invalid', detail, { problems });
    }
    const stored = await this.tenants.withTenant(caller.orgId, async (tx) => {
      const before = await tx.taxonomies.find();
      await tx.taxonomies.add(taxonomy, actorOf(caller));
      const after = await tx.taxonomies.find();
      tx.audit.append({
        action: 'taxonomy.update',
        subject: 'taxonomy',
        before: keysOf(before),
        after: keysOf(after),
      });
      return after;
    });
    return show(stored);
  }
}

/** Plain objects: what is stored carries nothing of the request's classes. */
function toTaxonomy({ categories, tags, teams, priorities }: PutTaxonomyDto): Taxonomy {
  return {
    categories: categories.map((entry) => ({ ...entry })),
    tags: tags.map((entry) => ({ ...entry })),
    teams: teams.map((entry) => ({ ...entry })),
    priorities: priorities.map((entry) => ({ ...entry })),
  };
}

/** What can be told for ever: names and descriptions are in the version itself. */
function keysOf({ version, taxonomy: { categories, tags, teams, priorities } }: TaxonomyVersion) {
  const keys = (entries: readonly { key: string }[]): string[] => entries.map(({ key }) => key);
  return {
    version,
    categories: keys(categories),
    tags: keys(tags),
    teams: keys(teams),
    priorities: keys(priorities),
  };
}

function show({ version, taxonomy, createdBy, createdAt }: TaxonomyVersion): TaxonomyDto {
  return { version, ...taxonomy, createdBy, createdAt: createdAt?.toISOString() ?? null };
}
