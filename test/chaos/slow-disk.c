/*
 * A disk that takes its time, for a program that is started with LD_PRELOAD: every sync takes SLOW_DISK_MS longer, and what
 * is certain to be on it is written down in SLOW_DISK_NOTES/<inode> as the file's length when the sync began. A test that
 * cuts the files to these lengths has what a power cut would have left.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void note(const struct stat *file) {
  const char *folder = getenv("SLOW_DISK_NOTES");
  char path[4096], beside[4200], text[32];
  if (folder == NULL || !S_ISREG(file->st_mode)) return;
  snprintf(path, sizeof path, "%s/%lu", folder, (unsigned long)file->st_ino);
  snprintf(beside, sizeof beside, "%s.new", path);
  int fd = open(beside, O_CREAT | O_WRONLY | O_TRUNC, 0600);
  if (fd < 0) return;
  int length = snprintf(text, sizeof text, "%lld", (long long)file->st_size);
  if (write(fd, text, length) == length) rename(beside, path);
  close(fd);
}

static int slowly(const char *name, int fd) {
  int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const char *ms = getenv("SLOW_DISK_MS");
  long delay = ms == NULL ? 0 : atol(ms);
  struct timespec rest = {delay / 1000, (delay % 1000) * 1000000};
  struct stat file;
  int known = fstat(fd, &file);
  nanosleep(&rest, NULL);
  int result = sync(fd);
  if (result == 0 && known == 0) note(&file);
  return result;
}

int fsync(int fd) { return slowly("fsync", fd); }
int fdatasync(int fd) { return slowly("fdatasync", fd); }
