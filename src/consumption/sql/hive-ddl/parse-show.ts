import { syntaxError } from '../errors.ts'
import type { DdlCursor } from './cursor.ts'
import type { DdlStatement } from './statements.ts'

/** What follows SHOW. */
export function parseShow(cursor: DdlCursor): DdlStatement {
  cursor.expect('SHOW')
  if (cursor.accept('DATABASES') || cursor.accept('SCHEMAS')) {
    return { kind: 'showDatabases', pattern: cursor.pattern() }
  }
  if (cursor.at('TABLES') || cursor.at('VIEWS')) {
    const kind = cursor.next().key === 'TABLES' ? 'showTables' : 'showViews'
    const database = cursor.accept('IN') || cursor.accept('FROM') ? cursor.name() : undefined
    return { kind, database, pattern: cursor.pattern() }
  }
  if (cursor.accept('PARTITIONS')) return { kind: 'showPartitions', name: cursor.tableName() }
  if (cursor.accept('CREATE', 'TABLE')) {
    return { kind: 'showCreateTable', name: cursor.tableName() }
  }
  if (cursor.accept('CREATE', 'VIEW')) {
    return { kind: 'showCreateView', name: cursor.tableName(true) }
  }
  if (cursor.accept('TBLPROPERTIES')) {
    const name = cursor.tableName()
    let property: string | undefined
    if (cursor.accept('(')) {
      property = cursor.string()
      cursor.expect(')')
    }
    return { kind: 'showProperties', name, property }
  }
  if (!cursor.at('COLUMNS')) {
    const start = cursor.peek()
    throw syntaxError(start, `Queries of this type are not supported: SHOW ${start.text}`)
  }
  cursor.expect('COLUMNS')
  if (!cursor.accept('IN')) cursor.expect('FROM')
  const name = cursor.tableName()
  if (cursor.accept('IN') || cursor.accept('FROM')) {
    return { kind: 'showColumns', name: { table: name.table, database: cursor.name() } }
  }
  return { kind: 'showColumns', name }
}

/** `DESCRIBE [EXTENDED | FORMATTED] table [PARTITION (…)] [column[.field | .'$elem$' | .'$key$' | .'$value$']…]` */
export function parseDescribe(cursor: DdlCursor): DdlStatement {
  cursor.next()
  const style = cursor.accept('FORMATTED')
    ? 'formatted'
    : cursor.accept('EXTENDED')
      ? 'extended'
      : 'plain'
  if (cursor.at('DATABASE') || cursor.at('SCHEMA')) cursor.fail('<table>')
  const word = cursor.peek()
  // https://docs.aws.amazon.com/athena/latest/ug/other-notable-limitations.html
  if ((word.key === 'INPUT' || word.key === 'OUTPUT') && cursor.peek(1).kind === 'word') {
    throw syntaxError(word, `DESCRIBE ${word.key} is not supported`)
  }
  const name = cursor.tableName()
  const partition = cursor.at('PARTITION') ? cursor.partitionSpec() : undefined
  const column: string[] = []
  const { kind } = cursor.peek()
  if (kind === 'word' || kind === 'quoted') {
    column.push(cursor.name())
    while (cursor.accept('.')) column.push(cursor.name(true))
  }
  return { kind: 'describe', name, style, partition, column }
}
