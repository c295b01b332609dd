// A shared object that is no module.
extern "C" int nothing() {
  return 0;
}
