import { TableErrors } from '../errors.ts'
import {
  asArray,
  asInteger,
  asObject,
  asText,
  asTextMap,
  type JsonObject,
} from '../format/reading.ts'
import { parseSchema, sameSchema } from '../format/schema.ts'
import type { Schema } from '../format/types.ts'
import {
  currentVersion,
  parseViewVersion,
  type ViewMetadata,
  type ViewVersion,
} from './view-metadata.ts'

/** Means: the one that was added last in this commit. */
const lastAdded = -1
const historyDefault = 10

type State = { -readonly [K in keyof ViewMetadata]: ViewMetadata[K] }

interface Change {
  readonly state: State
  readonly nowMs: number
  lastSchemaId: number | undefined
  lastVersionId: number | undefined
}

/** What a view's creation starts from. */
export function emptyView(uuid: string): ViewMetadata {
  return {
    'view-uuid': uuid,
    'format-version': 1,
    location: '',
    schemas: [],
    'current-version-id': lastAdded,
    versions: [],
    'version-log': [],
    properties: {},
  }
}

/**
 * The metadata after the updates of a commit, in their order; the base itself when they change nothing. As the reference implementation
 * does (`ViewMetadata.Builder` of Apache Iceberg). Errors: `InvalidMetadata`.
 */
export function applyViewUpdates(
  base: ViewMetadata,
  updates: readonly unknown[],
  nowMs: number,
): ViewMetadata {
  const change: Change = {
    state: { ...base },
    nowMs,
    lastSchemaId: undefined,
    lastVersionId: undefined,
  }
  for (const [at, value] of updates.entries()) {
    const path = `updates[${at}]`
    const update = asObject(value, path)
    const action = asText(update['action'], `${path}.action`)
    if (!Object.hasOwn(actions, action)) invalid(`Unknown update: ${action}`)
    actions[action]!(change, update, path)
  }
  const { state } = change
  if (!currentVersion(state)) invalid('Invalid view: no versions were added')
  if (state.location === '') invalid('location is missing')
  if (JSON.stringify(state) === JSON.stringify(base)) return base
  checkDialects(base, state)
  return withinHistory(state)
}

type Action = (change: Change, update: JsonObject, path: string) => void

/** https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, ViewUpdate */
const actions: Readonly<Record<string, Action>> = {
  'assign-uuid': ({ state }, update, path) => {
    const uuid = asText(update['uuid'], `${path}.uuid`)
    if (state.versions.length > 0 && uuid !== state['view-uuid']) {
      invalid(`Cannot reassign uuid: ${state['view-uuid']} to ${uuid}`)
    }
    state['view-uuid'] = uuid
  },
  'upgrade-format-version': (_change, update, path) => {
    const version = asInteger(update['format-version'], `${path}.format-version`)
    if (version !== 1) invalid(`Unsupported view format version: ${version}`)
  },
  'add-schema': (change, update, path) => {
    addSchema(change, parseSchema(update['schema'], `${path}.schema`))
  },
  'set-location': ({ state }, update, path) => {
    state.location = asText(update['location'], `${path}.location`)
  },
  'set-properties': ({ state }, update, path) => {
    const added = asTextMap(update['updates'] ?? update['updated'], `${path}.updates`)
    state.properties = { ...state.properties, ...added }
  },
  'remove-properties': ({ state }, update, path) => {
    const removed = new Set(
      asArray(update['removals'] ?? update['removed'], `${path}.removals`).map((name) =>
        asText(name, `${path}.removals`),
      ),
    )
    state.properties = Object.fromEntries(
      Object.entries(state.properties).filter(([name]) => !removed.has(name)),
    )
  },
  'add-view-version': (change, update, path) => {
    addVersion(change, parseViewVersion(update['view-version'], `${path}.view-version`))
  },
  'set-current-view-version': (change, update, path) => {
    setCurrent(change, asInteger(update['view-version-id'], `${path}.view-version-id`))
  },
}

function addSchema(change: Change, schema: Schema): void {
  const { state } = change
  const same = state.schemas.find((other) => sameSchema(other, schema))
  const id = same?.['schema-id'] ?? Math.max(-1, ...state.schemas.map((s) => s['schema-id'])) + 1
  if (!same) state.schemas = [...state.schemas, { ...schema, 'schema-id': id }]
  change.lastSchemaId = id
}

function addVersion(change: Change, given: ViewVersion): void {
  const { state } = change
  const schemaId = given['schema-id'] === lastAdded ? change.lastSchemaId : given['schema-id']
  if (schemaId === undefined) invalid('Cannot set last added schema: no schema has been added')
  if (!state.schemas.some((schema) => schema['schema-id'] === schemaId)) {
    invalid(`Cannot add version with unknown schema: ${schemaId}`)
  }
  const version = { ...given, 'schema-id': schemaId }
  const same = state.versions.find((other) => sameVersion(other, version))
  const id =
    same?.['version-id'] ?? Math.max(0, ...state.versions.map((other) => other['version-id'])) + 1
  if (!same) state.versions = [...state.versions, { ...version, 'version-id': id }]
  change.lastVersionId = id
}

function setCurrent(change: Change, given: number): void {
  const { state, nowMs } = change
  const id = given === lastAdded ? change.lastVersionId : given
  if (id === undefined) invalid('Cannot set last version id: no version has been added')
  const version = state.versions.find((other) => other['version-id'] === id)
  if (!version) invalid(`Cannot set current version to unknown version: ${id}`)
  if (state['current-version-id'] === id) return
  state['current-version-id'] = id
  const time = id === change.lastVersionId ? version['timestamp-ms'] : nowMs
  state['version-log'] = [...state['version-log'], { 'timestamp-ms': time, 'version-id': id }]
}

function sameVersion(a: ViewVersion, b: ViewVersion): boolean {
  const key = ({ 'version-id': _1, 'timestamp-ms': _2, ...rest }: ViewVersion) =>
    JSON.stringify(Object.entries(rest).toSorted(([x], [y]) => (x < y ? -1 : 1)))
  return key(a) === key(b)
}

/** A replacement that forgets a dialect would break its readers. */
function checkDialects(base: ViewMetadata, state: ViewMetadata): void {
  const before = currentVersion(base)
  if (!before || state.properties['replace.drop-dialect.allowed'] === 'true') return
  const now = new Set(
    currentVersion(state)!.representations.map(({ dialect }) => dialect.toLowerCase()),
  )
  const lost = before.representations.find(({ dialect }) => !now.has(dialect.toLowerCase()))
  if (lost) {
    invalid(
      `Cannot replace view due to loss of view dialects (replace.drop-dialect.allowed=false): ${lost.dialect}`,
    )
  }
}

/** Versions beyond `version.history.num-entries` go, the oldest first. */
function withinHistory(state: ViewMetadata): ViewMetadata {
  const configured = Number(state.properties['version.history.num-entries'])
  const max = Number.isInteger(configured) && configured > 0 ? configured : historyDefault
  if (state.versions.length <= max) return state
  const others = state.versions.filter(
    (version) => version['version-id'] !== state['current-version-id'],
  )
  const kept = new Set(
    [...others.slice(others.length - (max - 1)), currentVersion(state)!].map(
      (version) => version['version-id'],
    ),
  )
  const versions = state.versions.filter((version) => kept.has(version['version-id']))
  const gap = state['version-log'].findLastIndex((entry) => !kept.has(entry['version-id']))
  return { ...state, versions, 'version-log': state['version-log'].slice(gap + 1) }
}

function invalid(message: string): never {
  throw TableErrors.InvalidMetadata(message)
}
