import { createHash } from 'node:crypto'
import { checkPage, numberPosition, pageOf, type CatalogRef } from '#catalog/metastore'
import { uuid, type Clock } from '#kit'
import type { Database } from '#platform/database'
import { ofSchema } from './definitions.ts'
import { SchemaErrors } from './errors.ts'
import { formats, misfit } from './formats.ts'
import type { SchemaTables } from './migrations.ts'
import { removeVersions } from './remove-versions.ts'
import { loadSchema, toVersion, versionsOf, type SchemaRow, type VersionRow } from './rows.ts'
import type { Compatibility, DataFormat, SchemaRef, SchemaRegistry } from './schema-registry.ts'

type Versions = Pick<
  SchemaRegistry,
  | 'checkDefinition'
  | 'register'
  | 'getVersion'
  | 'getVersionById'
  | 'findVersion'
  | 'listVersions'
  | 'deleteVersions'
>

/** Others register at the same moment: so often is a version tried anew. */
const attemptsMax = 20

export function versions(database: Database, clock: Clock): Versions {
  const read = () => database.tables<SchemaTables>()

  const notFound = (what: string) =>
    SchemaErrors.SchemaVersionNotFound(`Schema version is not found. ${what}`)

  /** Undefined when somebody else has registered a version meanwhile. */
  const add = (schema: SchemaRow, ref: SchemaRef, row: VersionRow) =>
    database.transaction(async (tx) => {
      const db = tx.tables<SchemaTables>()
      const now = await loadSchema(db, ref)
      if (now.next !== schema.next || now.compatibility !== schema.compatibility) return undefined
      await db.insertInto('schemas_versions').values(row).execute()
      const next = { next: schema.next + 1, update_time_ms: clock.now() }
      await ofSchema(db.updateTable('schemas_schemas').set(next), ref).execute()
      return row
    })

  const attempt = async (ref: SchemaRef, definition: string): Promise<VersionRow | undefined> => {
    const schema = await loadSchema(read(), ref)
    const known = await versionsOf(read(), ref).execute()
    const format = schema.format as DataFormat
    const digest = await digestOf(format, definition)
    const same = known.find((one) => one.digest === digest)
    if (same) return same
    const available = known.filter((one) => one.status === 'AVAILABLE')
    const compatibility = schema.compatibility as Compatibility
    if (compatibility === 'DISABLED' && available.length > 0) {
      throw SchemaErrors.InvalidSchema(
        'The compatibility of the schema is DISABLED: it takes no further versions.',
      )
    }
    const held = compatibility.endsWith('_ALL')
      ? available.filter((one) => one.number >= schema.checkpoint)
      : available.slice(-1)
    const problem = await misfit(
      format,
      compatibility,
      definition,
      held.map((one) => one.definition),
    )
    return add(schema, ref, {
      id: uuid(),
      account_id: ref.accountId,
      region: ref.region,
      registry: ref.registry,
      schema: ref.schema,
      format,
      number: schema.next,
      definition,
      digest,
      status: problem === undefined ? 'AVAILABLE' : 'FAILURE',
      create_time_ms: clock.now(),
    })
  }

  return {
    checkDefinition: (format, definition) => formats[format].check(definition),
    register: async (ref, definition) => {
      const { format } = await loadSchema(read(), ref)
      const problem = await formats[format as DataFormat].check(definition)
      if (problem !== undefined) throw SchemaErrors.InvalidSchema(problem)
      for (let time = 0; time < attemptsMax; time++) {
        const row = await attempt(ref, definition)
        if (row) return toVersion(row)
      }
      throw SchemaErrors.SchemaExists('Too many versions are being registered at once.')
    },
    getVersion: async (ref, choice) => {
      await loadSchema(read(), ref)
      const rows = await versionsOf(read(), ref).execute()
      const row =
        choice === 'latest'
          ? rows.findLast((one) => one.status === 'AVAILABLE')
          : rows.find((one) => one.number === choice)
      if (row) return toVersion(row)
      throw notFound(`SchemaName: ${ref.schema}, VersionNumber: ${choice}`)
    },
    getVersionById: async (ref: CatalogRef, id) => {
      const row = await read()
        .selectFrom('schemas_versions')
        .selectAll()
        .where('id', '=', id)
        .where('account_id', '=', ref.accountId)
        .where('region', '=', ref.region)
        .executeTakeFirst()
      if (row) return toVersion(row)
      throw notFound(`SchemaVersionId: ${id}`)
    },
    findVersion: async (ref, definition) => {
      const format = (await loadSchema(read(), ref)).format as DataFormat
      const problem = await formats[format].check(definition)
      if (problem !== undefined) throw SchemaErrors.InvalidSchema(problem)
      const row = await versionsOf(read(), ref)
        .where('digest', '=', await digestOf(format, definition))
        .executeTakeFirst()
      if (row) return toVersion(row)
      throw notFound(`SchemaName: ${ref.schema}`)
    },
    listVersions: async (ref, page) => {
      checkPage(page)
      await loadSchema(read(), ref)
      const rows = await versionsOf(read(), ref)
        .where('number', '>', numberPosition(page.nextToken) ?? 0)
        .limit(page.limit + 1)
        .execute()
      return pageOf(rows, page.limit, (row) => row.number, toVersion)
    },
    deleteVersions: (ref, numbers) =>
      database.transaction(async (tx) => {
        const db = tx.tables<SchemaTables>()
        const { checkpoint } = await loadSchema(db, ref)
        const there = new Set((await versionsOf(db, ref).execute()).map((one) => one.number))
        const reasons = numbers.flatMap((number) => {
          if (!there.has(number)) return [{ number, reason: 'Schema version is not found.' }]
          if (number !== checkpoint) return []
          return [{ number, reason: 'The checkpoint version cannot be deleted.' }]
        })
        const kept = new Set(reasons.map((one) => one.number))
        const gone = numbers.filter((number) => !kept.has(number))
        if (gone.length > 0) await removeVersions(db, ref, gone)
        return reasons
      }),
  }
}

async function digestOf(format: DataFormat, definition: string): Promise<string> {
  const canonical = await formats[format].canonical(definition)
  return createHash('sha256').update(canonical).digest('hex')
}
