export {
  convertRows,
  type BadRecord,
  type ConvertedRows,
  type Rows,
  type Writing,
} from './convert-rows.ts'
export { convert, type Converted } from './convert.ts'
export { parseHiveType } from './hive-type.ts'
export { columnsOf, loadTable } from './schema.ts'
export { toStrptime } from './timestamps.ts'
