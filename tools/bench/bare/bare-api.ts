import 'reflect-metadata';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

/** As many connections as the API has. */
const POOL_SIZE = 12;

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: POOL_SIZE });

/** One row by its id, as any tutorial writes it: no credential, no limits, no tenant, no log, nothing checked. */
class Rows {
  async read(id: string): Promise<unknown> {
    const { rows } = await pool.query<Record<string, unknown>>(
      'select id, name, description, created_at from collections where id = $1',
      [id],
    );
    return rows[0];
  }
}
class BareApi {
  onApplicationShutdown(): Promise<void> {
    return pool.end();
  }
}

// Called as functions: Node strips types and knows no decorators.
const read = Object.getOwnPropertyDescriptor(Rows.prototype, 'read');
if (!read) throw new TypeError('Rows reads nothing');
Get('rows/:id')(Rows.prototype, 'read', read);
Param('id')(Rows.prototype, 'read', 0);
Controller()(Rows);
Module({ controllers: [Rows] })(BareApi);

const app = await NestFactory.create<NestFastifyApplication>(BareApi, new FastifyAdapter(), {
  logger: false,
});
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
