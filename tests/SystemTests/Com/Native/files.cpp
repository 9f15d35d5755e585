// Files: adding, listing, ranges, statistics, and those without a target.
#include "download.h"

static VARIANT Text(LPCWSTR text)
{
    VARIANT value = {};
    value.vt = VT_BSTR;
    value.bstrVal = SysAllocString(text);
    return value;
}

static void Adding()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    auto more = job.As<IDeliveryOptimizationJob>(IID_IDeliveryOptimizationJob);
    auto url = Url("/a"), path = Path("one");
    BG_FILE_RANGE overlap[] = {{100, 5}, {100, 4}}, endless[] = {{BG_LENGTH_TO_EOF, 1}}, empty[] = {{1, 0}}, two[] = {{200, 50}, {0, 10}};
    CHECK_HR(E_INVALIDARG, more->AddFileWithRanges(nullptr, url.c_str(), path.c_str(), 0, nullptr, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(E_INVALIDARG, more->AddFileWithRanges(u"1", url.c_str(), nullptr, 0, nullptr, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(E_INVALIDARG, more->AddFileWithRanges(u"1", url.c_str(), u"", 0, nullptr, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(E_INVALIDARG, more->AddFileWithRanges(u"1", u"ftp://x/", path.c_str(), 0, nullptr, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(E_INVALIDARG, more->AddFileWithRanges(u"1", url.c_str(), path.c_str(), 1, nullptr, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(DO_E_OVERLAPPING_RANGES, more->AddFileWithRanges(u"1", url.c_str(), path.c_str(), 2, overlap, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(DO_E_INVALID_RANGE, more->AddFileWithRanges(u"1", url.c_str(), path.c_str(), 1, endless, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(DO_E_INVALID_RANGE, more->AddFileWithRanges(u"1", url.c_str(), path.c_str(), 1, empty, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(BG_E_TOO_MANY_RANGES_IN_FILE, more->AddFileWithRanges(u"1", url.c_str(), path.c_str(), 0xFFFFFFFF, two, DO_UNKNOWN_FILE_SIZE));
    OK(more->AddFileWithRanges(u"first", url.c_str(), path.c_str(), 2, two, DO_UNKNOWN_FILE_SIZE));
    CHECK_HR(E_INVALIDARG, more->AddFileWithRanges(u"first", url.c_str(), Path("two").c_str(), 0, nullptr, DO_UNKNOWN_FILE_SIZE));
    auto a = Path("set a"), b = Path("set b");
    BG_FILE_INFO set[] = {{&url[0], &a[0]}, {&url[0], &b[0]}};
    OK(job->AddFileSet(2, set));
    auto job3 = job.As<IBackgroundCopyJob3>(IID_IBackgroundCopyJob3);
    CHECK_HR(E_INVALIDARG, job3->AddFileWithRanges(url.c_str(), Path("c").c_str(), 0, nullptr));
    OK(job3->AddFileWithRanges(url.c_str(), Path("c").c_str(), 1, two));

    Ref<IEnumBackgroundCopyFiles> files, copy;
    OK(job->EnumFiles(&files));
    ULONG count, fetched = 0;
    OK(files->GetCount(&count));
    CHECK(count == 4);
    IBackgroundCopyFile *all[6];
    CHECK_HR(S_FALSE, files->Next(6, all, &fetched));
    CHECK(fetched == 4);
    OK(files->Reset());
    OK(files->Skip(1));
    OK(files->Clone(&copy));
    Ref<IBackgroundCopyFile> second;
    OK(copy->Next(1, &second, nullptr));
    CHECK(second.p == all[1]); // one object for one file
    CHECK_HR(S_FALSE, copy->Skip(9));
    CHECK_HR(E_INVALIDARG, copy->Next(1, nullptr, &fetched));

    Ref<IBackgroundCopyFile2> first;
    OK(all[0]->QueryInterface(IID_IBackgroundCopyFile2, (void **)&first));
    BG_FILE_RANGE *ranges;
    DWORD rangeCount;
    OK(first->GetFileRanges(&rangeCount, &ranges));
    CHECK(rangeCount == 2 && ranges[0].InitialOffset == 200 && ranges[1].Length == 10);
    CoTaskMemFree(ranges);
    auto whole = second.As<IBackgroundCopyFile2>(IID_IBackgroundCopyFile2);
    CHECK_HR(S_FALSE, whole->GetFileRanges(&rangeCount, &ranges));
    CHECK(rangeCount == 0 && ranges == nullptr);
    CHECK_HR(E_INVALIDARG, whole->SetRemoteName(Wide("http://x/" + std::string(2200, 'x')).c_str()));
    OK(whole->SetRemoteName(Url("/other").c_str()));
    LPWSTR text;
    OK(whole->GetRemoteName(&text));
    CHECK(Narrow(text) == origin + "/other");
    OK(whole->GetLocalName(&text));
    CHECK(Narrow(text) == directory + "/set a");
    for (auto file : all) if (fetched) file->Release(), --fetched;
    OK(job->Cancel());
}

static void Transferred()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    OK(job.As<IDeliveryOptimizationJob>(IID_IDeliveryOptimizationJob)
           ->AddFileWithRanges(u"the id", Url("/a").c_str(), Path("transferred").c_str(), 0, nullptr, DO_UNKNOWN_FILE_SIZE));
    Ref<IEnumBackgroundCopyFiles> files;
    OK(job->EnumFiles(&files));
    Ref<IBackgroundCopyFile> plain;
    OK(files->Next(1, &plain, nullptr));
    auto file = plain.As<IBackgroundCopyFile5>(IID_IBackgroundCopyFile5);
    BG_FILE_PROGRESS progress;
    OK(file->GetProgress(&progress));
    CHECK(progress.BytesTotal == DO_UNKNOWN_FILE_SIZE && !progress.Completed);
    LPWSTR text = nullptr;
    CHECK_HR(E_NOT_SET, file->GetTemporaryName(&text));
    OK(job->Resume());
    Until([&] { return State(job.p) == BG_JOB_STATE_TRANSFERRED; });
    OK(file->GetProgress(&progress));
    CHECK(progress.BytesTotal == 3000000 && progress.BytesTransferred == 3000000 && !progress.Completed);
    OK(file->GetTemporaryName(&text));
    CHECK(Narrow(text).find(".haul-") != std::string::npos);
    BOOL flag;
    OK(file->GetValidationState(&flag));
    CHECK(flag);
    CHECK_HR(E_NOTIMPL, file->SetValidationState(TRUE));
    OK(file->IsDownloadedFromPeer(&flag));
    CHECK(!flag);
    UINT64 fromOrigin, fromPeers;
    OK(file->GetPeerDownloadStats(&fromOrigin, &fromPeers));
    CHECK(fromOrigin == 3000000 && fromPeers == 0);
    BITS_FILE_PROPERTY_VALUE value;
    OK(file->GetProperty(BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS, &value));
    CHECK(Narrow(value.String).find("ETag") != std::string::npos);
    value.String = nullptr;
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, file->GetProperty((BITS_FILE_PROPERTY_ID)2, &value));
    CHECK_HR(DO_E_READ_ONLY_PROPERTY, file->SetProperty(BITS_FILE_PROPERTY_ID_HTTP_RESPONSE_HEADERS, value));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, file->SetProperty((BITS_FILE_PROPERTY_ID)2, value));

    auto statistics = file.As<IDeliveryOptimizationFile>(IID_IDeliveryOptimizationFile);
    for (auto get : {&IDeliveryOptimizationFile::GetStats, &IDeliveryOptimizationFile::GetStatsAgain}) // slots 3 and 4
    {
        DOSwarmStats stats;
        OK((statistics.p->*get)(&stats));
        CHECK(Narrow(stats.fileId) == "the id" && Narrow(stats.sourceURL) == origin + "/a");
        CHECK(stats.fileSize == 3000000 && stats.totalBytesDownloaded == 3000000 && stats.bytesFromHttp == 3000000 && stats.bytesFromLanPeers == 0);
        CHECK(stats.downloadMode == DownloadMode_Simple && stats.status == SwarmStatus_Complete && stats.isBackground == TRUE);
    }
    CHECK_HR(E_INVALIDARG, statistics->GetStats(nullptr));
    OK(job->Complete());
    OK(file->GetProgress(&progress));
    CHECK(progress.Completed == TRUE);
}

static void Sinkless()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    auto more = job.As<IDeliveryOptimizationJob2>(IID_IDeliveryOptimizationJob2);
    Ref<IDeliveryOptimizationFile2> file, other;
    CHECK_HR(E_NOINTERFACE, more->AddFile(u"a", Url("/a").c_str(), 0, nullptr, IID_IStream, (void **)&file));
    CHECK_HR(E_INVALIDARG, more->AddFile(nullptr, Url("/a").c_str(), 0, nullptr, IID_IDeliveryOptimizationFile2, (void **)&file));
    OK(more->AddFile(u"a", Url("/a").c_str(), 0, nullptr, IID_IDeliveryOptimizationFile2, (void **)&file));
    CHECK_HR(E_INVALIDARG, more->AddFile(u"a", Url("/a").c_str(), 0, nullptr, IID_IDeliveryOptimizationFile2, (void **)&other));
    Ref<IEnumBackgroundCopyFiles> files;
    OK(job->EnumFiles(&files));
    Ref<IBackgroundCopyFile> listed;
    OK(files->Next(1, &listed, nullptr));
    CHECK(listed.As<IUnknown>(IID_IUnknown).p == file.As<IUnknown>(IID_IUnknown).p);
    BG_JOB_PROGRESS progress;
    OK(job->GetProgress(&progress));
    CHECK(progress.FilesTotal == 1);
    CHECK_HR(DO_E_LOCALPATH_NOT_SET, job->Resume());
    CHECK(State(job.p) == BG_JOB_STATE_SUSPENDED);

    VARIANT check = Text(Wide(Read("integrity.json")).c_str());
    VARIANT got, path = Text(Path("sinkless").c_str()), relative = Text(u"relative"), json = Text(u"{\"HashOfHashes\":\"x\"}"), flag = {}, size = {};
    flag.vt = VT_BOOL;
    flag.boolVal = VARIANT_TRUE;
    size.vt = VT_UI8;
    size.ullVal = 3000000;
    CHECK_HR(E_NOT_SET, file->GetProperty(DOFilePropertyId_DownloadSinkFilePath, &got));
    CHECK_HR(E_NOT_SET, file->GetProperty(DOFilePropertyId_TotalSizeBytes, &got));
    CHECK_HR(E_NOT_SET, file->GetProperty(DOFilePropertyId_IntegrityCheckMandatory, &got));
    CHECK_HR(DO_E_WRITE_ONLY_PROPERTY, file->GetProperty(DOFilePropertyId_IntegrityCheckInfo, &got));
    CHECK_HR(DO_E_WRITE_ONLY_PROPERTY, file->GetProperty(DOFilePropertyId_DecryptionInfo, &got));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, file->GetProperty((DOFilePropertyId)7, &got));
    CHECK_HR(DO_E_UNKNOWN_PROPERTY_ID, file->SetProperty((DOFilePropertyId)7, &flag));
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_DownloadSinkFilePath, &relative));
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_DownloadSinkFilePath, &size));
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_DownloadSinkFilePath, nullptr));
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_IntegrityCheckInfo, &relative));
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_DecryptionInfo, &flag));
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_DownloadSinkInterface, &json));
    CHECK_HR(E_NOT_SET, file->GetProperty(DOFilePropertyId_DownloadSinkInterface, &got));
    CHECK_HR(DO_E_MEMORYSTREAM_DOWNLOAD_NOT_SUPPORTED, file->SetProperty(DOFilePropertyId_DownloadSinkMemoryStream, &json));
    OK(file->SetProperty(DOFilePropertyId_DownloadSinkFilePath, &path));
    OK(file->SetProperty(DOFilePropertyId_TotalSizeBytes, &size));
    OK(file->GetProperty(DOFilePropertyId_DownloadSinkFilePath, &got));
    CHECK(got.vt == VT_BSTR && std::u16string(got.bstrVal) == Path("sinkless"));
    VariantClear(&got);
    OK(file->GetProperty(DOFilePropertyId_TotalSizeBytes, &got));
    CHECK(got.vt == VT_UI8 && got.ullVal == 3000000);

    // Nothing is decrypted here, and that is told before a byte comes.
    VARIANT none = Text(u"");
    OK(file->SetProperty(DOFilePropertyId_DecryptionInfo, &json));
    CHECK_HR(DO_E_FILE_ENCRYPTION_EXPECTED, job->Resume());
    OK(file->SetProperty(DOFilePropertyId_DecryptionInfo, &none));
    VariantClear(&none);

    // What has to be proved needs something to be proved by.
    OK(file->SetProperty(DOFilePropertyId_IntegrityCheckMandatory, &flag));
    CHECK_HR(DO_E_INTEGRITYCHECKINFO_UNSPECIFIED, job->Resume());
    CHECK_HR(E_INVALIDARG, file->SetProperty(DOFilePropertyId_IntegrityCheckInfo, &json));
    OK(file->SetProperty(DOFilePropertyId_IntegrityCheckInfo, &check));
    OK(file->GetProperty(DOFilePropertyId_IntegrityCheckMandatory, &got));
    CHECK(got.vt == VT_BOOL && got.boolVal == VARIANT_TRUE);

    OK(job->Resume());
    CHECK_HR(DO_E_INVALID_STATE, file->SetProperty(DOFilePropertyId_TotalSizeBytes, &size));
    Until([&] { return State(job.p) == BG_JOB_STATE_TRANSFERRED; });
    OK(job->EnumFiles(&files));
    OK(files->Next(1, &listed, nullptr));
    CHECK(listed.As<IUnknown>(IID_IUnknown).p == file.As<IUnknown>(IID_IUnknown).p); // still the same object
    OK(job->Complete());
    CHECK(Exists("sinkless"));
    for (auto value : {&path, &relative, &json, &check})
        VariantClear(value);
}

// A file whose hashes are another's is not brought.
static void False()
{
    auto manager = Manager();
    auto job = NewJob(manager.p);
    Ref<IDeliveryOptimizationFile2> file;
    OK(job.As<IDeliveryOptimizationJob2>(IID_IDeliveryOptimizationJob2)->AddFile(u"a", Url("/a").c_str(), 0, nullptr, IID_IDeliveryOptimizationFile2, (void **)&file));
    VARIANT check = Text(Wide(Read("integrity-false.json")).c_str()), path = Text(Path("false").c_str());
    OK(file->SetProperty(DOFilePropertyId_IntegrityCheckInfo, &check));
    OK(file->SetProperty(DOFilePropertyId_DownloadSinkFilePath, &path));
    OK(job->Resume());
    Until([&] { return State(job.p) == BG_JOB_STATE_ERROR; });
    CHECK_HR(DO_E_BAD_PIECE_HASH, ErrorOf(job.p));
    OK(job->Cancel());
    CHECK(!Exists("false"));
    VariantClear(&check), VariantClear(&path);
}

static Ref<IDeliveryOptimizationFile2> ToSink(IBackgroundCopyJob *job, LPCWSTR id, IUnknown *sink, ULONG count = 0, BG_FILE_RANGE *ranges = nullptr)
{
    Ref<IDeliveryOptimizationJob2> more;
    OK(job->QueryInterface(IID_IDeliveryOptimizationJob2, (void **)&more));
    Ref<IDeliveryOptimizationFile2> file;
    OK(more->AddFile(id, Url("/a").c_str(), count, ranges, IID_IDeliveryOptimizationFile2, (void **)&file));
    Value stream(sink);
    OK(file->SetProperty(DOFilePropertyId_DownloadSinkInterface, &stream));
    return file;
}

// Files of one job that go to streams, beside one that goes to a path.
static void Sunk()
{
    auto whole = Read("expected");
    auto manager = Manager();
    auto job = NewJob(manager.p);
    Sink first, second, replaced;
    BG_FILE_RANGE ranges[] = {{1000000, 500}, {0, 100}};
    auto file = ToSink(job.p, u"first", &replaced);
    Value wrong((IUnknown *)manager.p), path(Path("sunk"));
    CHECK_HR(E_NOINTERFACE, file->SetProperty(DOFilePropertyId_DownloadSinkInterface, &wrong));
    CHECK_HR(DO_E_FILE_DOWNLOADSINK_ALREADY_SET, file->SetProperty(DOFilePropertyId_DownloadSinkFilePath, &path));
    {
        Value right((IUnknown *)&first);
        OK(file->SetProperty(DOFilePropertyId_DownloadSinkInterface, &right));
    }
    CHECK(replaced.Count() == 1);
    {
        Value got;
        OK(file->GetProperty(DOFilePropertyId_DownloadSinkInterface, &got));
        CHECK(got.vt == VT_UNKNOWN && got.punkVal == static_cast<IUnknown *>(&first));
    }
    auto part = ToSink(job.p, u"second", &second, 2, ranges);
    OK(job->AddFile(Url("/a").c_str(), Path("beside").c_str()));
    // A stream that is taken away again leaves a file with nowhere to go.
    auto empty = ToSink(job.p, u"third", &replaced);
    Value nothing((IUnknown *)nullptr);
    OK(empty->SetProperty(DOFilePropertyId_DownloadSinkInterface, &nothing));
    CHECK(replaced.Count() == 1);
    CHECK_HR(DO_E_LOCALPATH_NOT_SET, job->Resume());
    Value third(Path("third"));
    OK(empty->SetProperty(DOFilePropertyId_DownloadSinkFilePath, &third));

    OK(job->Resume());
    Until([&] { return State(job.p) == BG_JOB_STATE_TRANSFERRED; });
    CHECK(first.Bytes() == whole); // before the job says so
    CHECK(second.Bytes() == whole.substr(1000000, 500) + whole.substr(0, 100));
    LPWSTR name = nullptr;
    OK(file.As<IBackgroundCopyFile>(IID_IBackgroundCopyFile)->GetLocalName(&name));
    CHECK(std::u16string(name).empty());
    CoTaskMemFree(name);
    OK(job->Complete());
    Until([&] { return first.Count() == 1 && second.Count() == 1; }); // let go of
    BG_FILE_PROGRESS progress;
    OK(file.As<IBackgroundCopyFile>(IID_IBackgroundCopyFile)->GetProgress(&progress));
    CHECK(progress.Completed == TRUE && progress.BytesTransferred == 3000000);
    CHECK(Exists("beside") && Exists("third"));
}

// A stream that fails is an error of the job; when it is resumed the stream gets the rest. A job that ends lets go of one that has not all.
static void SinkFails()
{
    auto whole = Read("expected");
    auto manager = Manager();
    auto job = NewJob(manager.p);
    Sink sink;
    sink.act = [&](const void *from, ULONG count, ULONG *written) -> HRESULT {
        if (!sink.Bytes().empty()) return E_OUTOFMEMORY;
        *written = count / 2; // takes less than it is given
        sink.Take(from, count / 2);
        return S_OK;
    };
    auto file = ToSink(job.p, u"a", &sink);
    OK(job->Resume());
    Until([&] { return State(job.p) == BG_JOB_STATE_ERROR; });
    CHECK_HR(E_OUTOFMEMORY, ErrorOf(job.p));
    CHECK(sink.Bytes().size() < whole.size());
    sink.act = nullptr;
    OK(job->Resume());
    Until([&] { return State(job.p) == BG_JOB_STATE_TRANSFERRED; });
    CHECK(sink.Bytes() == whole);
    OK(job->Complete());
    Until([&] { return sink.Count() == 1; });

    // Nobody waits for a stream that blocks, and the job may end by another's hand.
    Sink stuck;
    std::atomic<bool> isFree{false};
    stuck.act = [&](const void *, ULONG, ULONG *) -> HRESULT { while (!isFree) std::this_thread::yield(); return S_OK; };
    auto other = NewJob(manager.p);
    auto kept = ToSink(other.p, u"a", &stuck);
    OK(other->Resume());
    Until([&] { return stuck.writes == 1; });
    CHECK(State(other.p) == BG_JOB_STATE_TRANSFERRING);
    CHECK_HR(BG_S_PARTIAL_COMPLETE, other->Complete());
    isFree = true;
    Until([&] { return stuck.Count() == 1; });
    CHECK(stuck.writes == 1);
}

const std::vector<Named> fileCases = {{"adding", Adding}, {"transferred", Transferred}, {"sinkless", Sinkless}, {"sunk", Sunk}, {"sink-fails", SinkFails}, {"false", False}};
