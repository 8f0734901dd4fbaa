import type { Classification, ClassifyRequest, Codec, GrokField } from '#storage/formats'
import type { ClassifierRecord } from '../crawlers.ts'
import { builtInLogs } from './built-in-logs.ts'
import type { Compression, FileSchema } from './file-schema.ts'
import { mergeFields, mergeTypes, nullType, primitive, type HiveType } from './hive-type.ts'
import { askOfFiles, type FileReader } from './local-files.ts'
import type { FileInfo } from './tree.ts'
import { scalarType } from './csv.ts'

export type GrokClassifier = Extract<ClassifierRecord, { kind: 'grok' }>
export type XmlClassifier = Extract<ClassifierRecord, { kind: 'xml' }>
type Asked = GrokClassifier | XmlClassifier

/** What the engine found in a file, by the classifier that asked; `builtIn` are logs and XML without one. */
export interface Classified {
  readonly custom: ReadonlyMap<Asked, Classification>
  readonly builtIn: Classification | undefined
}

const headBytes = 1024 * 1024
const codecs: Readonly<Partial<Record<Compression, Codec>>> = {
  gzip: 'gzip',
  zstd: 'zstd',
  bzip2: 'bzip2',
}

export interface ClassifiedFile {
  readonly file: FileInfo
  readonly compression: Compression
}

/**
 * Asks the engine which patterns match the heads of files, and what elements they have: expressions of users' are not run
 * in the server.
 */
export async function classifyFiles(
  reader: FileReader,
  files: readonly ClassifiedFile[],
  classifiers: readonly Asked[],
): Promise<ReadonlyMap<string, Classified | Error>> {
  const groks = classifiers.filter((one) => one.kind === 'grok')
  const xmls = classifiers.filter((one) => one.kind === 'xml')
  const request: ClassifyRequest = {
    groks: [
      ...groks.map((one) => ({ format: one.pattern, customPatterns: one.customPatterns ?? '' })),
      ...builtInLogs.map((one) => ({ format: one.pattern, customPatterns: '' })),
    ],
    rowTags: [...xmls.map((one) => one.rowTag), null],
  }
  const found = new Map<string, Classified | Error>()
  for (const compression of new Set(files.map((one) => one.compression))) {
    const codec = codecs[compression]
    const alike = files.filter((one) => one.compression === compression).map(({ file }) => file)
    const rows = await askOfFiles(reader, alike, (names) => ({
      prepare: names.flatMap((name) => [
        ...(codec
          ? [
              {
                kind: 'unpack' as const,
                input: name,
                output: `${name}.head`,
                codec,
                bytesMax: headBytes,
              },
            ]
          : []),
        { kind: 'classify' as const, input: codec ? `${name}.head` : name, request },
      ]),
      statements: ["SELECT replace(name, '.head', ''), found, problem FROM file_classifications"],
    }))
    for (const file of alike) {
      const row = rows.get(file.key)
      if (!row || row instanceof Error)
        found.set(file.key, row ?? new Error('it could not be read'))
      else if (row[1] !== null) found.set(file.key, new Error(String(row[1])))
      else found.set(file.key, sort(JSON.parse(String(row[0])) as Classification[], groks, xmls))
    }
  }
  return found
}

function sort(
  all: readonly Classification[],
  groks: readonly GrokClassifier[],
  xmls: readonly XmlClassifier[],
): Classified {
  const custom = new Map<Asked, Classification>()
  let builtIn: Classification | undefined
  for (const one of all) {
    const classifier = one.kind === 'grok' ? groks[one.place] : xmls[one.place]
    if (classifier) custom.set(classifier, one)
    else {
      const place = one.kind === 'grok' ? one.place - groks.length : 0
      builtIn ??= { ...one, place } as Classification
    }
  }
  return { custom, builtIn }
}

type Common = Pick<FileSchema, 'compression' | 'sampledBytes'>

/** The schema that a classification comes to. */
export function classifiedSchema(
  found: Classification,
  classifier: Asked | undefined,
  common: Common,
): FileSchema {
  if (found.kind === 'xml') {
    const fields = found.rows
      .map((row) => JSON.parse(row, toType as (key: string, value: unknown) => unknown) as HiveType)
      .filter((type) => type.kind === 'struct')
      .reduce<ReadonlyMap<string, HiveType>>(
        (all, type) => mergeRepeated(all, type.fields),
        new Map(),
      )
    return {
      ...common,
      form: { format: 'xml', rowTag: found.rowTag },
      classification: classifier?.kind === 'xml' ? classifier.classification : 'xml',
      columns: [...fields].map(([name, type]) => ({ name: name.toLowerCase(), type })),
      records: found.rows.length,
    }
  }
  const builtIn = classifier ? undefined : builtInLogs[found.place]!
  const grok = classifier?.kind === 'grok' ? classifier : undefined
  return {
    ...common,
    form: {
      format: 'grok',
      pattern: grok?.pattern ?? builtIn!.pattern,
      customPatterns: grok?.customPatterns ?? '',
    },
    classification: grok?.classification ?? builtIn!.classification,
    columns: uniqueColumns(found.fields),
    records: found.records,
  }
}

function uniqueColumns(fields: readonly GrokField[]) {
  const columns = new Map<string, HiveType>()
  for (const { name, dataType } of fields) {
    const key = name.toLowerCase()
    if (!columns.has(key)) columns.set(key, primitive(dataTypes[dataType ?? ''] ?? 'string'))
  }
  return [...columns].map(([name, type]) => ({ name, type }))
}

/** https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-grok */
const dataTypes: Readonly<Record<string, string>> = {
  byte: 'tinyint',
  boolean: 'boolean',
  double: 'double',
  short: 'smallint',
  int: 'int',
  long: 'bigint',
  float: 'float',
}

/** An element that is repeated in one row and alone in another is an array in both. */
function mergeRepeated(
  a: ReadonlyMap<string, HiveType>,
  b: ReadonlyMap<string, HiveType>,
): ReadonlyMap<string, HiveType> {
  const asArray = (type: HiveType | undefined): HiveType =>
    type?.kind === 'array' ? type : { kind: 'array', element: type ?? nullType }
  const merged = new Map(mergeFields(a, b))
  for (const [name, type] of b) {
    const before = a.get(name)
    if (before && (before.kind === 'array') !== (type.kind === 'array')) {
      merged.set(name, mergeTypes(asArray(before), asArray(type)))
    }
  }
  return merged
}

/** A reviver that replaces each value by its type. */
function toType(_key: string, value: unknown): HiveType {
  if (value === null) return nullType
  if (typeof value === 'string') return scalarType(value)
  if (Array.isArray(value)) {
    return { kind: 'array', element: (value as readonly HiveType[]).reduce(mergeTypes, nullType) }
  }
  return { kind: 'struct', fields: new Map(Object.entries(value as Record<string, HiveType>)) }
}
