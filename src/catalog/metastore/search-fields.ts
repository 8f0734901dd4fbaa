import { CatalogErrors } from './errors.ts'
import type { SearchFilter, TableRecord } from './records.ts'

/** What tables are filtered and sorted by, any case; every other name is that of a parameter, of the table or of a column. */
const textFields: Readonly<Record<string, (table: TableRecord) => string | undefined>> = {
  name: (table) => table.name,
  databasename: (table) => table.database,
  description: (table) => table.description,
  owner: (table) => table.owner,
  createdby: (table) => table.createdBy,
  tabletype: (table) => table.tableType,
  location: (table) => table.storage?.location,
}

const timeFields: Readonly<Record<string, (table: TableRecord) => number | undefined>> = {
  createtime: (table) => table.createTimeMs,
  updatetime: (table) => table.updateTimeMs,
  lastaccesstime: (table) => table.lastAccessTimeMs,
  lastanalyzedtime: (table) => table.lastAnalyzedTimeMs,
}

/**
 * A filter as a test of a table. Texts are cut into words at punctuation, and one must be the value; times are compared.
 * https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html. Error: `InvalidInput`.
 */
export function compileFilter({
  key,
  value,
  comparator = 'EQUALS',
}: SearchFilter): (table: TableRecord) => boolean {
  const time = timeFields[key.toLowerCase()]
  if (time) {
    const wanted = timeOf(value)
    const compare = comparators[comparator]
    return (table) => {
      const found = time(table)
      return found !== undefined && compare(found, wanted)
    }
  }
  const wanted = value.toLowerCase()
  return (table) => {
    const says = (text: string | undefined) => {
      const found = text?.toLowerCase()
      return found !== undefined && (found === wanted || wordsOf(found).includes(wanted))
    }
    return says(textOf(table, key)) || columnTexts(table, key).some(says)
  }
}

/** A class of sensitivity stands at the column that is sensitive. */
function columnTexts(table: TableRecord, key: string): readonly (string | undefined)[] {
  if (key.toLowerCase() in textFields) return []
  const columns = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
  return columns.map((column) => valueOf(column.parameters ?? {}, key))
}

/** What tables are sorted by; those without a value come first. */
export function sortValue(table: TableRecord, field: string): string | number {
  const time = timeFields[field.toLowerCase()]
  if (time) return time(table) ?? 0
  return textOf(table, field)?.toLowerCase() ?? ''
}

function textOf(table: TableRecord, key: string): string | undefined {
  const field = textFields[key.toLowerCase()]
  if (field) return field(table)
  return valueOf(table.parameters ?? {}, key)
}

function valueOf(parameters: Readonly<Record<string, string>>, key: string): string | undefined {
  return (
    parameters[key] ??
    Object.entries(parameters).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
  )
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s\p{P}\p{S}]+/u)
}

const comparators = {
  EQUALS: (a: number, b: number) => a === b,
  GREATER_THAN: (a: number, b: number) => a > b,
  LESS_THAN: (a: number, b: number) => a < b,
  GREATER_THAN_EQUALS: (a: number, b: number) => a >= b,
  LESS_THAN_EQUALS: (a: number, b: number) => a <= b,
}

/** Seconds or milliseconds since the epoch, or a date of ISO 8601. */
function timeOf(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number < 1e11 ? number * 1000 : number
  const ms = Date.parse(text)
  if (!Number.isNaN(ms)) return ms
  throw CatalogErrors.InvalidInput(`${text} is not a time.`)
}
