// Downloads that call back, block, and write to streams.
#include "download.h"

static void Told()
{
    auto manager = Downloads();
    StatusCallback callback;
    IDODownload *own = nullptr;
    callback.act = [&](IDODownload *download, const DO_DOWNLOAD_STATUS *status) -> HRESULT {
        CHECK(download == own); // the client's own pointer
        if (status->State != DODownloadState_Transferred) return E_FAIL; // which changes nothing
        CHECK(status->BytesTransferred == 3000000);
        Status(download);
        return download->Finalize(); // calling back in
    };
    auto download = NewDownload(manager.p, "/a", "told");
    own = download.p;
    OK(Set(own, DODownloadProperty_CallbackInterface, (IUnknown *)&callback));
    {
        Value got;
        OK(own->GetProperty(DODownloadProperty_CallbackInterface, &got));
        CHECK(got.vt == VT_UNKNOWN && got.punkVal == static_cast<IUnknown *>(&callback));
    }
    OK(StartWhole(own));
    Until([&] { return callback.WasTold(DODownloadState_Finalized) && callback.Count() == 1; }); // and let go of
    CHECK(callback.atOnce == 1 && callback.WasTold(DODownloadState_Transferring) && Exists("told"));

    // One in place of another; nothing in its place; whoever comes late.
    StatusCallback first, second, late, later;
    auto other = NewDownload(manager.p, "/slow", "other");
    OK(Set(other.p, DODownloadProperty_CallbackInterface, (IUnknown *)&first));
    OK(Set(other.p, DODownloadProperty_CallbackInterface, (IUnknown *)&second));
    CHECK(first.Count() == 1);
    OK(StartWhole(other.p));
    Until([&] { return second.WasTold(DODownloadState_Transferring); });
    OK(Set(other.p, DODownloadProperty_CallbackInterface, (IUnknown *)nullptr));
    Until([&] { return second.Count() == 1; });
    int calls = second.calls;
    OK(other->Pause());
    OK(Set(other.p, DODownloadProperty_CallbackInterface, (IUnknown *)&late));
    Until([&] { return late.WasTold(DODownloadState_Paused); });
    CHECK(first.calls == 0 && second.calls == calls);
    OK(Set(other.p, DODownloadProperty_CallbackInterface, (IUnknown *)&later)); // nobody told this one yet
    Until([&] { return later.WasTold(DODownloadState_Paused) && late.Count() == 1; });
    OK(other->Abort());
    Until([&] { return later.WasTold(DODownloadState_Aborted) && later.Count() == 1; });
}

static int CallsAt(IDOManager *manager, const char *name, ULONG percent, ULONG seconds)
{
    StatusCallback callback;
    auto download = NewDownload(manager, "/steady", name);
    if (percent) OK(Set(download.p, DODownloadProperty_CallbackFreqPercent, percent));
    OK(Set(download.p, DODownloadProperty_CallbackFreqSeconds, seconds));
    OK(Set(download.p, DODownloadProperty_CallbackInterface, (IUnknown *)&callback));
    OK(StartWhole(download.p));
    Until([&] { return callback.WasTold(DODownloadState_Transferred); });
    int withBytes = 0;
    UINT64 before = 0;
    for (auto &one : callback.Told())
        if (one.State == DODownloadState_Transferring && one.BytesTransferred > before) before = one.BytesTransferred, withBytes++;
    OK(download->Abort());
    Until([&] { return callback.Count() == 1; });
    return withBytes;
}

static void Paced()
{
    auto manager = Downloads();
    CHECK(CallsAt(manager.p, "by percent", 10, 3600) >= 5);
    CHECK(CallsAt(manager.p, "by the hour", 0, 3600) <= 1);
    CHECK(CallsAt(manager.p, "at once", 0, 0) >= 5);
}

static void Blocked()
{
    auto manager = Downloads();
    auto download = NewDownload(manager.p, "/a", "blocked");
    OK(Set(download.p, DODownloadProperty_BlockingMode, true));
    OK(StartWhole(download.p));
    CHECK(Status(download.p).State == DODownloadState_Transferred);
    OK(download->Finalize());
    auto wrong = NewDownload(manager.p, "/forbidden", "blocked wrong");
    OK(Set(wrong.p, DODownloadProperty_BlockingMode, true));
    CHECK_HR(0x80190193, StartWhole(wrong.p));
    OK(wrong->Abort());
    // Others may end the wait.
    struct { HRESULT (STDMETHODCALLTYPE IDODownload::*end)(); HRESULT hr; } ends[] = {{&IDODownload::Pause, S_FALSE}, {&IDODownload::Abort, E_ABORT}};
    for (auto &one : ends)
    {
        auto slow = NewDownload(manager.p, "/slow", "blocked slow");
        OK(Set(slow.p, DODownloadProperty_BlockingMode, true));
        std::atomic<bool> isBack{false};
        std::thread starter([&] { CHECK_HR(one.hr, StartWhole(slow.p)); isBack = true; });
        UntilIs(slow.p, DODownloadState_Transferring);
        CHECK(!isBack);
        OK((slow.p->*one.end)());
        starter.join();
        slow->Abort();
    }
}

static void Streamed()
{
    auto manager = Downloads();
    auto whole = Read("expected");
    Sink sink;
    auto download = NewDownload(manager.p, "/a");
    CHECK_HR(E_NOINTERFACE, Set(download.p, DODownloadProperty_StreamInterface, (IUnknown *)manager.p));
    OK(Set(download.p, DODownloadProperty_StreamInterface, (IUnknown *)&sink));
    CHECK_HR(DO_E_FILE_DOWNLOADSINK_ALREADY_SET, Set(download.p, DODownloadProperty_LocalPath, Path("streamed")));
    StatusCallback callback;
    std::atomic<long> bytesWhenTold{-1};
    callback.act = [&](IDODownload *, const DO_DOWNLOAD_STATUS *status) -> HRESULT {
        if (status->State == DODownloadState_Transferred) bytesWhenTold = (long)sink.Bytes().size();
        return S_OK;
    };
    OK(Set(download.p, DODownloadProperty_CallbackInterface, (IUnknown *)&callback));
    OK(StartRanges(download.p, {{0, 100}, {200, 1000}}));
    Until([&] { return bytesWhenTold >= 0; });
    CHECK(bytesWhenTold >= 1100 && sink.Bytes() == whole.substr(0, 100) + whole.substr(200, 1000));
    CHECK_HR(DO_E_INVALID_STATE, Set(download.p, DODownloadProperty_StreamInterface, (IUnknown *)&sink));
    // Another part of it: it follows in the stream.
    OK(StartRanges(download.p, {{1000000, DO_LENGTH_TO_EOF}}));
    Until([&] { return Status(download.p).State == DODownloadState_Transferred; });
    CHECK(sink.Bytes() == whole.substr(0, 100) + whole.substr(200, 1000) + whole.substr(1000000));
    OK(download->Finalize());
    Until([&] { return sink.Count() == 1 && callback.Count() == 1; });

    // A start that blocks returns when the stream has all.
    Sink blocked;
    auto other = NewDownload(manager.p, "/a");
    OK(Set(other.p, DODownloadProperty_StreamInterface, (IUnknown *)&blocked));
    OK(Set(other.p, DODownloadProperty_BlockingMode, true));
    OK(StartWhole(other.p));
    CHECK(blocked.Bytes() == whole);
    OK(other->Finalize());
    Until([&] { return blocked.Count() == 1; });
}

static void Refusing()
{
    auto manager = Downloads();
    auto whole = Read("expected");
    // A stream that fails pauses the download with its error; another start goes on behind what it took.
    Sink sink;
    std::atomic<int> left{2};
    sink.act = [&](const void *from, ULONG count, ULONG *written) -> HRESULT {
        if (left-- == 0) return E_OUTOFMEMORY;
        CHECK(written);
        *written = count / 2; // takes less than it is given
        sink.Take(from, count / 2);
        return S_OK;
    };
    auto download = NewDownload(manager.p, "/a");
    OK(Set(download.p, DODownloadProperty_StreamInterface, (IUnknown *)&sink));
    OK(StartWhole(download.p));
    Until([&] { return Status(download.p).Error == E_OUTOFMEMORY; });
    auto status = Status(download.p);
    CHECK(status.State == DODownloadState_Paused && status.BytesTransferred == sink.Bytes().size());
    CHECK_HR(DO_E_INVALID_STATE, download->Finalize());
    sink.act = nullptr;
    OK(download->Start(nullptr));
    UntilIs(download.p, DODownloadState_Transferred);
    CHECK(sink.Bytes() == whole);
    OK(download->Finalize());

    // One that blocks disturbs nobody, and an abort does not wait for it.
    Sink stuck;
    std::atomic<bool> isFree{false};
    stuck.act = [&](const void *, ULONG, ULONG *) -> HRESULT { while (!isFree) std::this_thread::yield(); return S_OK; };
    auto other = NewDownload(manager.p, "/a");
    OK(Set(other.p, DODownloadProperty_StreamInterface, (IUnknown *)&stuck));
    OK(StartWhole(other.p));
    Until([&] { return stuck.writes == 1; });
    CHECK(Status(other.p).State == DODownloadState_Transferring);
    OK(other->Abort());
    isFree = true;
    Until([&] { return stuck.Count() == 1; });
    CHECK(stuck.writes == 1);
}

// The test kills the agent at "ready" and starts it again at "gone". What is to outlive that says so.
static void DownloadKilled()
{
    auto manager = Downloads();
    auto lost = NewDownload(manager.p, "/a", "lost"), kept = NewDownload(manager.p, "/a", "kept");
    OK(Set(kept.p, DODownloadProperty_NonVolatile, true));
    StatusCallback callback, end;
    OK(Set(kept.p, DODownloadProperty_CallbackInterface, (IUnknown *)&callback));
    OK(Set(lost.p, DODownloadProperty_CallbackInterface, (IUnknown *)&end));
    std::printf("ready\n");
    std::fflush(stdout);
    DO_DOWNLOAD_STATUS status;
    Until([&] { return kept->GetStatus(&status) == DO_E_NO_SERVICE; });
    CHECK_HR(DO_E_NO_SERVICE, StartWhole(kept.p));
    std::printf("gone\n");
    std::fflush(stdout);
    Until([&] { return kept->GetStatus(&status) == S_OK; });
    CHECK(status.State == DODownloadState_Created);
    CHECK(Status(lost.p).State == DODownloadState_Aborted);
    Until([&] { return end.WasTold(DODownloadState_Aborted) && end.Count() == 1; });
    OK(StartWhole(kept.p));
    Until([&] { return callback.WasTold(DODownloadState_Transferred); });
    OK(kept->Finalize());
    Until([&] { return callback.Count() == 1; });
}

static void DownloadSoak()
{
    const char *named = std::getenv("CYCLES");
    int cycles = named ? std::atoi(named) : 1000;
    for (int i = 0; i < cycles; i++)
    {
        auto manager = Downloads();
        StatusCallback callback;
        Sink sink;
        auto download = NewDownload(manager.p, "/a");
        OK(Set(download.p, DODownloadProperty_CallbackInterface, (IUnknown *)&callback));
        OK(Set(download.p, DODownloadProperty_StreamInterface, (IUnknown *)&sink));
        if (i % 10 == 0) OK(StartRanges(download.p, {{0, 100}}));
        if (i % 2 == 0) OK(Set(download.p, DODownloadProperty_CallbackInterface, (IUnknown *)nullptr));
        OK(download->Abort());
        Until([&] { return callback.Count() == 1 && sink.Count() == 1; });
    }
    Until([] { return HaulLiveObjects() == 0; });
}

// Everything once, for checkers of memory.
static void DownloadTour()
{
    auto manager = Downloads();
    StatusCallback callback;
    Sink sink;
    auto download = NewDownload(manager.p, "/a");
    OK(Set(download.p, DODownloadProperty_CallbackInterface, (IUnknown *)&callback));
    OK(Set(download.p, DODownloadProperty_StreamInterface, (IUnknown *)&sink));
    OK(StartWhole(download.p));
    Until([&] { return callback.WasTold(DODownloadState_Transferred); }, 60);
    CHECK(sink.Bytes().size() == 3000000);
    Ref<IEnumUnknown> list;
    OK(manager->EnumDownloads(nullptr, &list));
    Ref<IUnknown> one;
    OK(list->Next(1, &one, nullptr));
    OK(download->Finalize());
    Until([&] { return callback.Count() == 1 && sink.Count() == 1; }, 60);
    one.Reset();
    list.Reset();
    download.Reset();
    manager.Reset();
    Until([] { return HaulLiveObjects() == 0; }, 60);
}

const std::vector<Named> streamCases = {
    {"download-told", Told}, {"download-paced", Paced}, {"download-blocked", Blocked}, {"download-streamed", Streamed},
    {"download-refusing", Refusing}, {"download-killed", DownloadKilled}, {"download-soak", DownloadSoak}, {"download-tour", DownloadTour}};
