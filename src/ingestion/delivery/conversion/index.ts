export { convert, type BadRecord, type Converted } from './convert.ts'
export { columnsOf, loadTable } from './schema.ts'
export { toStrptime } from './timestamps.ts'
