import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string;
  readonly data: Uint8Array | string;
  /** What the directory says instead of the truth. */
  readonly declaredSize?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly externalAttributes?: number;
}

/** Writes a ZIP archive by hand, so that each of its fields may lie. */
export function zip(members: readonly ZipMember[], options: { entryCount?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const raw = Buffer.from(member.data);
    const method = member.method ?? 8;
    const packed = method === 8 ? deflateRawSync(raw) : raw;
    const name = Buffer.from(member.name);
    const header = fields(member, raw, packed, name.length, method);
    parts.push(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), header, name, packed]));
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(member.externalAttributes ?? 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), header, tail, name]));
    offset += 30 + name.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(options.entryCount ?? members.length, 8);
  end.writeUInt16LE(options.entryCount ?? members.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

function fields(member: ZipMember, raw: Buffer, packed: Buffer, nameLength: number, method: number): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(member.flags ?? 0, 2);
  header.writeUInt16LE(method, 4);
  header.writeUInt32LE(crc32(raw), 10);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(member.declaredSize ?? raw.length, 18);
  header.writeUInt16LE(nameLength, 22);
  return header;
}
