import { FunctionErrors } from '../errors.ts'
import type { FunctionCode, FunctionPage, FunctionScope, LayerUse } from '../records.ts'
import { tablesOf, type LayerRow } from '../tables.ts'
import type { RegistryParts } from './parts.ts'

export interface LayerSettings {
  readonly description: string
  readonly licence?: string | undefined
  readonly runtimes: readonly string[]
  readonly architectures: readonly string[]
}

export interface LayerVersion extends FunctionScope {
  readonly name: string
  readonly version: number
  readonly settings: LayerSettings
  readonly code: FunctionCode
  readonly createdMs: number
}

export interface Layers {
  /** Error: `InvalidFunctionParameter` for a zip that is none. */
  publish(
    scope: FunctionScope,
    name: string,
    input: { readonly settings: LayerSettings; readonly zip: Uint8Array },
  ): Promise<LayerVersion>
  /** Error: `FunctionNotFound`. */
  get(scope: FunctionScope, name: string, version: number): Promise<LayerVersion>
  /** Functions that use it keep it. Also when it is not there. */
  remove(scope: FunctionScope, name: string, version: number): Promise<void>
  /** The newest first. */
  listVersions(
    scope: FunctionScope,
    name: string,
    page: { readonly limit: number; readonly marker?: string | undefined },
  ): Promise<FunctionPage<LayerVersion>>
  /** The newest version of each, by name. */
  list(
    scope: FunctionScope,
    page: { readonly limit: number; readonly marker?: string | undefined },
  ): Promise<FunctionPage<LayerVersion>>
  /** What functions of the account run with. Error: `InvalidFunctionParameter` for one that is not there. */
  use(scope: FunctionScope, arns: readonly string[]): Promise<readonly LayerUse[]>
}

interface StoredLayer {
  readonly settings: LayerSettings
  readonly code: FunctionCode
}

export function layerArn(scope: FunctionScope, name: string, version?: number): string {
  const arn = `arn:aws:lambda:${scope.region}:${scope.accountId}:layer:${name}`
  return version === undefined ? arn : `${arn}:${version}`
}

export interface ParsedLayerArn extends FunctionScope {
  readonly name: string
  readonly version: number | undefined
}

/** Undefined for what is no layer's ARN. */
export function parseLayerArn(arn: string): ParsedLayerArn | undefined {
  const found =
    /^arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([a-zA-Z0-9-_]+)(?::(\d+))?$/.exec(arn)
  if (!found) return undefined
  const version = found[4] === undefined ? undefined : Number(found[4])
  return { region: found[1]!, accountId: found[2]!, name: found[3]!, version }
}

export function createLayers({ database, clock, code }: RegistryParts): Layers {
  const rows = (scope: FunctionScope) =>
    tablesOf(database)
      .selectFrom('functions_layers')
      .selectAll()
      .where('account_id', '=', scope.accountId)
      .where('region', '=', scope.region)

  const find = async (scope: FunctionScope, name: string, version: number) => {
    const row = await rows(scope)
      .where('name', '=', name)
      .where('version', '=', version)
      .executeTakeFirst()
    return row && toLayer(row)
  }

  return {
    publish: async (scope, name, { settings, zip }) => {
      const stored: StoredLayer = { settings, code: await code.put(zip) }
      return database.transaction(async (tx) => {
        const db = tablesOf(tx)
        const last = await db
          .selectFrom('functions_layers')
          .select('version')
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .where('name', '=', name)
          .orderBy('version', 'desc')
          .executeTakeFirst()
        const row: LayerRow = {
          account_id: scope.accountId,
          region: scope.region,
          name,
          version: (last?.version ?? 0) + 1,
          config: JSON.stringify(stored),
          created_ms: clock.now(),
        }
        await db.insertInto('functions_layers').values(row).execute()
        return toLayer(row)
      })
    },
    get: async (scope, name, version) => {
      const found = await find(scope, name, version)
      if (found) return found
      throw FunctionErrors.FunctionNotFound('The resource you requested does not exist.')
    },
    remove: (scope, name, version) =>
      database.transaction(async (tx) => {
        await tablesOf(tx)
          .deleteFrom('functions_layers')
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .where('name', '=', name)
          .where('version', '=', version)
          .execute()
      }),
    listVersions: async (scope, name, { limit, marker }) => {
      let query = rows(scope).where('name', '=', name)
      if (marker !== undefined) query = query.where('version', '<', Number(marker))
      const found = await query
        .orderBy('version', 'desc')
        .limit(limit + 1)
        .execute()
      const kept = found.slice(0, limit)
      return {
        items: kept.map(toLayer),
        marker: found.length > limit ? `${kept.at(-1)!.version}` : undefined,
      }
    },
    list: async (scope, { limit, marker }) => {
      const found = await rows(scope)
        .where('name', '>', marker ?? '')
        .orderBy('name')
        .orderBy('version', 'desc')
        .execute()
      const newest = found.filter((row, index) => found[index - 1]?.name !== row.name)
      const kept = newest.slice(0, limit)
      return {
        items: kept.map(toLayer),
        marker: newest.length > limit ? kept.at(-1)!.name : undefined,
      }
    },
    use: (scope, arns) =>
      Promise.all(
        arns.map(async (arn) => {
          const parsed = parseLayerArn(arn)
          const isHome = parsed?.accountId === scope.accountId && parsed.region === scope.region
          const found =
            isHome && parsed.version !== undefined
              ? await find(scope, parsed.name, parsed.version)
              : undefined
          if (!found) {
            throw FunctionErrors.InvalidFunctionParameter(`Layer version ${arn} does not exist.`)
          }
          return { arn, code: found.code }
        }),
      ),
  }
}

function toLayer(row: LayerRow): LayerVersion {
  const { settings, code } = JSON.parse(row.config) as StoredLayer
  return {
    accountId: row.account_id,
    region: row.region,
    name: row.name,
    version: row.version,
    settings,
    code,
    createdMs: row.created_ms,
  }
}
