import { describe, expect, it } from '@jest/globals';
import { findUser, serverUser } from '../../../tools/stack/server-user.ts';

const PASSWD = [
  '# macOS begins with comments: nobody is one of the names below',
  'root:x:0:0:root:/root:/bin/bash',
  'nobodyelse:x:1000:1000::/home/nobodyelse:/bin/sh',
  'nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin',
  'mac:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false',
  'broken:x:many:many:::',
  '',
].join('\n');

describe('findUser', () => {
  it('reads user and group of exactly the name asked for', () => {
    expect(findUser(PASSWD, 'nobody')).toEqual({ name: 'nobody', uid: 65534, gid: 65533 });
    expect(findUser(PASSWD, 'root')).toEqual({ name: 'root', uid: 0, gid: 0 });
    expect(findUser(PASSWD, 'mac')).toEqual({ name: 'mac', uid: -2, gid: -2 });
  });

  it('finds nobody where the name is missing, or its numbers are none', () => {
    expect(findUser(PASSWD, 'x')).toBeUndefined();
    expect(findUser(PASSWD, 'broken')).toBeUndefined();
    expect(findUser('nobody:x', 'nobody')).toBeUndefined();
    expect(findUser('', 'nobody')).toBeUndefined();
  });
});

describe('serverUser', () => {
  it('is an unprivileged user for root, and nobody else for anybody else', () => {
    const user = serverUser();
    if (process.getuid?.() === 0) expect(user?.uid).toBeGreaterThan(0);
    else expect(user).toBeUndefined();
  });
});
