export { accountId, openTables, readerOf, region, type OpenTables } from './open-tables.ts'
