/**
 * What must happen at Redis in one step, as scripts: the whole of it or nothing.
 *
 * Sequence numbers are the ids of the entries (`SEQ-0`). Redis itself then refuses a doubled one,
 * and the last id of the stream is the position: written together with the entries, restored and
 * lost together with them. The first line lets Redis (7.0 or newer) refuse a script before it runs
 * when there is no memory left or nothing may be written; after that it runs to its end.
 */

/** Place of the newest and of the oldest entry of a stream; 0 for none. */
const ENDS = `
local function place(entries)
  if #entries == 0 then return 0 end
  return tonumber(string.match(entries[1][1], '^(%d+)'))
end
local function newest(key) return place(redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)) end
local function oldest(key) return place(redis.call('XRANGE', key, '-', '+', 'COUNT', 1)) end
`;

/**
 * KEYS: owner, journal, generation, then everything written, the record first.
 * ARGV: journal, run, epoch, lease in ms, the record's end, a name for a new generation.
 */
export const CLAIM = `#!lua
${ENDS}
local held = redis.call('HMGET', KEYS[1], 'journal', 'run', 'epoch')
if held[2] and held[2] ~= ARGV[2] then
  if held[1] ~= ARGV[1] or tonumber(held[3]) > tonumber(ARGV[3]) then
    return {'superseded', held[1], held[2], redis.call('PTTL', KEYS[1])}
  end
end
local stands = redis.call('GET', KEYS[2])
redis.call('SET', KEYS[2], ARGV[1])
if stands ~= ARGV[1] or newest(KEYS[4]) > tonumber(ARGV[5]) then
  for at = 4, #KEYS do redis.call('DEL', KEYS[at]) end
  redis.call('SET', KEYS[3], ARGV[6])
end
redis.call('HSET', KEYS[1], 'journal', ARGV[1], 'run', ARGV[2], 'epoch', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'ok', newest(KEYS[4]), oldest(KEYS[4])}
`;

/**
 * Latest values: HSET of key → "MS TEXT", MS by this server's clock; beyond the limit the oldest
 * go. Pairs are set in runs, because a call takes only so many arguments.
 */
const CHANGE = `
local function change(key, put, remove, options)
  local time = redis.call('TIME')
  local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  if options.whole then redis.call('DEL', key) end
  for at = 1, #remove, 500 do
    redis.call('HDEL', key, unpack(remove, at, math.min(at + 499, #remove)))
  end
  for at = 1, #put, 500 do
    local pairs = {}
    for each = at, math.min(at + 499, #put), 2 do
      pairs[#pairs + 1] = put[each]
      pairs[#pairs + 1] = now .. ' ' .. put[each + 1]
    end
    redis.call('HSET', key, unpack(pairs))
  end
  local over = redis.call('HLEN', key) - options.limit
  if over > 0 then
    local all = redis.call('HGETALL', key)
    local ages = {}
    for at = 1, #all, 2 do
      ages[#ages + 1] = {tonumber(string.match(all[at + 1], '^(%d+)')), all[at]}
    end
    table.sort(ages, function(a, b) return a[1] < b[1] end)
    for at = 1, over do redis.call('HDEL', key, ages[at][2]) end
  end
  if options.idleMs then redis.call('PEXPIRE', key, options.idleMs)
  else redis.call('PERSIST', key) end
end
`;

/** KEYS: one per table. ARGV: JSON of the changes. */
export const PUT = `#!lua
${CHANGE}
local given = cjson.decode(ARGV[1])
for at, each in ipairs(given) do change(KEYS[at], each.put, each.remove, each) end
return 'ok'
`;

/**
 * KEYS: owner, records, audit rows, then one per table. ARGV: run, lease in ms, JSON of
 * {after, limits, records, rows, hot}, where an entry is [seq, name, text, name, text …].
 */
export const EMIT = `#!lua
${ENDS}${CHANGE}
local run = redis.call('HGET', KEYS[1], 'run')
if not run then return {'out_of_step', 0} end
if run ~= ARGV[1] then return {'superseded', 0} end
local given = cjson.decode(ARGV[3])
local last = newest(KEYS[2])
if #given.records > 0 and last ~= 0 and last ~= given.after then return {'out_of_step', last} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local function add(key, entries, limit, from)
  for _, entry in ipairs(entries) do
    if entry[1] > from then
      local id = string.format('%.0f-0', entry[1])
      redis.call('XADD', key, 'MAXLEN', '~', limit, id, unpack(entry, 2))
    end
  end
end
add(KEYS[2], given.records, given.recordsMax, last)
if #given.rows > 0 then add(KEYS[3], given.rows, given.auditMax, newest(KEYS[3])) end
for at, each in ipairs(given.hot) do change(KEYS[3 + at], each.put, each.remove, each) end
return {'ok', newest(KEYS[2])}
`;
