/** Video as every role has it that needs it: the platform that the park set, over the register, the settings and the folder of pictures. */
import { join } from 'node:path';
import type { CameraBook } from '../../admin/video/cameras.ts';
import { ChosenVideo } from '../../admin/video/chosen-video.ts';
import { LocalFiles } from '../../admin/video/local-files.ts';
import { LocalVideo } from '../../admin/video/local-video.ts';
import { StoredCameras } from '../../admin/video/stored-cameras.ts';
import { TemplateVideo } from '../../admin/video/template-video.ts';
import { CASCADE_TOPIC } from '../../admin/video/video-desk.ts';
import type { VideoPlatform } from '../../admin/video/video-platform.ts';
import { RedisVideoWants, type VideoWants } from '../../admin/video/video-wants.ts';
import { type CascadeValue, DEFAULT_CASCADE } from '../../alarms/settings/video.ts';
import type { Clock } from '../../core/clock.ts';
import type { Pool } from '../../db/pool.ts';
import { readSettings } from '../../db/settings.ts';
import type { Redis } from '../../stream/redis.ts';

export interface VideoParts {
  readonly platform: VideoPlatform;
  readonly local: LocalVideo;
  readonly files: LocalFiles;
  readonly wants: VideoWants;
  readonly cameras: CameraBook;
  readonly cascade: () => Promise<CascadeValue>;
}

export function createVideoParts(parts: {
  readonly pool: Pool;
  readonly redis: Redis;
  readonly park: string;
  readonly dataFolder: string;
  readonly clock: Clock;
}): VideoParts {
  const { pool, redis, park, dataFolder, clock } = parts;
  const cascade = cascadeOf(pool);
  const files = new LocalFiles(join(dataFolder, 'video', park));
  const wants = new RedisVideoWants({ redis, park });
  const local = new LocalVideo({ files, wants, clock });
  const platform = new ChosenVideo({ cascade, local, template: new TemplateVideo({ templates: cascade }) });
  return { platform, local, files, wants, cameras: new StoredCameras(pool), cascade };
}

/** Asked anew each time, so that a change holds at once: it is one row by its key. */
const cascadeOf = (pool: Pool) => async (): Promise<CascadeValue> => {
  const [row] = await readSettings(pool, null, CASCADE_TOPIC);
  return (row?.value ?? DEFAULT_CASCADE) as CascadeValue;
};
