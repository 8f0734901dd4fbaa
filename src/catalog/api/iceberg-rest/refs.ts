import type { CatalogRef, DatabaseRef, TableRef } from '#catalog/metastore'
import { RestError, badRequest, type RestRequest } from '#protocol/iceberg-rest'
import { asRecord, asString } from './body.ts'

/** Between the levels of a namespace in a path. */
const separator = '\u001f'

/**
 * The catalog that the request's prefix names: the caller's own, in the region of its signature. A prefix that was made
 * from an S3 warehouse says where new tables go. Errors: 403, 404.
 */
export function catalogOf(request: RestRequest): CatalogRef & { readonly warehouse?: string } {
  const { accountId, region } = request
  const { prefix } = request.params
  const ref = { accountId, region }
  if (prefix === undefined) return ref
  const [kind, name, ...rest] = prefix.split('/')
  if (rest.length === 0 && kind === 'catalogs' && name !== undefined) {
    if (name === accountId) return ref
    throw new RestError('ForbiddenException', 403, `Not authorized to access catalog ${name}`)
  }
  if (rest.length === 0 && kind === 'warehouses' && name !== undefined) {
    const warehouse = Buffer.from(name, 'base64url').toString()
    if (isWarehouse(warehouse)) return { ...ref, warehouse }
  }
  throw new RestError('NoSuchWarehouseException', 404, `Unknown catalog prefix: ${prefix}`)
}

/** The prefix for a warehouse, as a client names it; undefined for the caller's catalog as it is. */
export function prefixFor(warehouse: string, request: RestRequest): string | undefined {
  if (warehouse === '') return undefined
  if (isWarehouse(warehouse)) {
    return `warehouses/${Buffer.from(warehouse.replace(/\/+$/, '')).toString('base64url')}`
  }
  const account = /^(?:arn:aws:glue:[a-z0-9-]+:)?(\d{12})(?::catalog)?$/.exec(warehouse)?.[1]
  if (account === request.accountId) return `catalogs/${account}`
  if (account !== undefined) {
    throw new RestError('ForbiddenException', 403, `Not authorized to access catalog ${account}`)
  }
  throw badRequest(`The warehouse must be the account id or an s3:// location, not ${warehouse}`)
}

/** The namespace of the path. One that is deeper than a database is not there. */
export function namespaceOf(request: RestRequest): DatabaseRef {
  return databaseRef(request, request.params['namespace']!.split(separator))
}

/**
 * The table of the path. One in a deeper namespace is a table that is not there, and said so: Iceberg's clients ask for
 * `db.table.snapshots` as they would for a table, and take it for a metadata table on this very answer. Errors: 404.
 */
export function tableOf(request: RestRequest): TableRef {
  const levels = request.params['namespace']!.split(separator)
  const table = request.params['table']!
  if (levels.length !== 1) throw noSuchTable([...levels, table])
  return { ...databaseRef(request, levels), table }
}

/** What the specification knows for a table of the path that is not there, whatever is missing of it. */
export function noSuchTable(names: readonly string[]): RestError {
  return new RestError('NoSuchTableException', 404, `Table does not exist: ${names.join('.')}`)
}

/** The namespace of a list of levels. Errors: 404. */
export function databaseRef(request: RestRequest, levels: readonly string[]): DatabaseRef {
  const { accountId, region } = catalogOf(request)
  if (levels.length !== 1 || levels[0] === '') {
    throw new RestError(
      'NoSuchNamespaceException',
      404,
      `Namespace does not exist: ${levels.join('.')}`,
    )
  }
  return { accountId, region, database: levels[0]! }
}

/** `{ namespace: [...], name }` of a body. */
export function identifierOf(request: RestRequest, value: unknown, what: string): TableRef {
  const identifier = asRecord(value, what)
  const name = asString(identifier['name'], `${what}.name`)
  return {
    ...databaseRef(request, levelsOf(identifier['namespace'], `${what}.namespace`)),
    table: name,
  }
}

export function levelsOf(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw badRequest(`${what} must be a list`)
  return value.map((level) => asString(level, what))
}

function isWarehouse(text: string): boolean {
  return /^s3[an]?:\/\/[^/]/.test(text)
}
