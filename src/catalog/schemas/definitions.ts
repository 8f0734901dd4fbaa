import { CatalogErrors, checkPage, pageOf, textPosition } from '#catalog/metastore'
import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { SchemaErrors } from './errors.ts'
import { formats } from './formats.ts'
import type { SchemaTables } from './migrations.ts'
import { removeVersions } from './remove-versions.ts'
import {
  findSchema,
  loadRegistry,
  loadSchema,
  toSchema,
  versionsOf,
  type SchemasDb,
} from './rows.ts'
import type { SchemaRecord, SchemaRef, SchemaRegistry } from './schema-registry.ts'

type Definitions = Pick<
  SchemaRegistry,
  'createSchema' | 'getSchema' | 'listSchemas' | 'updateSchema' | 'deleteSchema'
>

/** The registry of schemas of which no registry is said. */
export const defaultRegistry = 'default-registry'

export function definitions(
  database: Database,
  clock: Clock,
  register: SchemaRegistry['register'],
): Definitions {
  const read = () => database.tables<SchemaTables>()
  const write = <T>(work: (db: SchemasDb) => Promise<T>) =>
    database.transaction((tx) => work(tx.tables<SchemaTables>()))

  return {
    createSchema: async (ref, input) => {
      const problem =
        input.definition === undefined
          ? undefined
          : await formats[input.format].check(input.definition)
      if (problem !== undefined) throw SchemaErrors.InvalidSchema(problem)
      await write(async (db) => {
        const nowMs = clock.now()
        const place = { account_id: ref.accountId, region: ref.region }
        const times = { create_time_ms: nowMs, update_time_ms: nowMs }
        if (ref.registry === defaultRegistry) {
          await db
            .insertInto('schemas_registries')
            .values({ ...place, ...times, name: ref.registry, description: null })
            .onConflict((conflict) => conflict.doNothing())
            .execute()
        }
        await loadRegistry(db, ref, ref.registry)
        if (await findSchema(db, ref)) {
          throw SchemaErrors.SchemaExists(
            `Schema already exists. SchemaName: ${ref.schema}, RegistryName: ${ref.registry}`,
          )
        }
        await db
          .insertInto('schemas_schemas')
          .values({
            ...place,
            ...times,
            registry: ref.registry,
            name: ref.schema,
            format: input.format,
            compatibility: input.compatibility,
            description: input.description ?? null,
            checkpoint: 1,
            next: 1,
          })
          .execute()
      })
      const version =
        input.definition === undefined ? undefined : await register(ref, input.definition)
      return { schema: await record(read(), ref), version }
    },
    getSchema: (ref) => record(read(), ref),
    listSchemas: async (ref, page) => {
      checkPage(page)
      const { registry } = ref
      if (registry !== undefined) await loadRegistry(read(), ref, registry)
      const [after = '', afterName = ''] = (textPosition(page.nextToken) ?? '').split('/')
      const rows = await read()
        .selectFrom('schemas_schemas')
        .selectAll()
        .where('account_id', '=', ref.accountId)
        .where('region', '=', ref.region)
        .$if(registry !== undefined, (query) => query.where('registry', '=', registry!))
        .where((is) =>
          is.or([
            is('registry', '>', after),
            is.and([is('registry', '=', after), is('name', '>', afterName)]),
          ]),
        )
        .orderBy('registry')
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      return pageOf(
        rows,
        page.limit,
        (row) => `${row.registry}/${row.name}`,
        (row) => toSchema(row, 0),
      )
    },
    updateSchema: (ref, change) =>
      write(async (db) => {
        const schema = await record(db, ref)
        const { compatibility, checkpoint, description } = change
        const number = checkpoint === 'latest' ? schema.latest : checkpoint
        if (compatibility !== undefined && number === undefined) {
          throw CatalogErrors.InvalidInput(
            'SchemaVersionNumber is required when Compatibility is updated.',
          )
        }
        if (number !== undefined && !(await hasVersion(db, ref, number))) {
          throw SchemaErrors.SchemaVersionNotFound(
            `Schema version is not found. VersionNumber: ${number}`,
          )
        }
        await ofSchema(
          db.updateTable('schemas_schemas').set({
            compatibility: compatibility ?? schema.compatibility,
            checkpoint: number ?? schema.checkpoint,
            description: description ?? schema.description ?? null,
            update_time_ms: clock.now(),
          }),
          ref,
        ).execute()
      }),
    deleteSchema: (ref) =>
      write(async (db) => {
        await loadSchema(db, ref)
        await removeVersions(db, ref)
        await ofSchema(db.deleteFrom('schemas_schemas'), ref).execute()
      }),
  }
}

async function record(db: SchemasDb, ref: SchemaRef): Promise<SchemaRecord> {
  const row = await loadSchema(db, ref)
  const versions = await versionsOf(db, ref).execute()
  return toSchema(row, versions.findLast((one) => one.status === 'AVAILABLE')?.number ?? 0)
}

async function hasVersion(db: SchemasDb, ref: SchemaRef, number: number): Promise<boolean> {
  const found = await versionsOf(db, ref).where('number', '=', number).executeTakeFirst()
  return found?.status === 'AVAILABLE'
}

interface Conditional<Q> {
  where(column: 'account_id' | 'region' | 'registry' | 'name', is: '=', value: string): Q
}

export function ofSchema<Q extends Conditional<Q>>(query: Q, ref: SchemaRef): Q {
  return query
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('registry', '=', ref.registry)
    .where('name', '=', ref.schema)
}
