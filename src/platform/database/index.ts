export type { Database, Migration, Transaction } from './database.ts'
